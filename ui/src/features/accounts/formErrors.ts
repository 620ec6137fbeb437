// What a profile form says about what was typed, and which field an error of the shell belongs to.
import type { Failure, PasswordStrength } from "$lib/ipc";

export interface ProfileErrors {
  email: string | null;
  password: string | null;
  repeat: string | null;
}

/** Something before one @, something after it, no spaces: the address is only a name. */
export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text.trim());
}

export function newPasswordErrors(
  password: string,
  repeat: string,
  strength: PasswordStrength | null,
): Pick<ProfileErrors, "password" | "repeat"> {
  return {
    password: !password
      ? "Enter a password."
      : strength && !strength.acceptable
        ? (strength.hint ?? "This password is too easy to guess.")
        : null,
    repeat: repeat === password ? null : repeat ? "The passwords differ." : "Repeat the password.",
  };
}

export function profileErrors(
  email: string,
  password: string,
  repeat: string,
  strength: PasswordStrength | null,
): ProfileErrors {
  return {
    email: looksLikeEmail(email) ? null : "Enter an e-mail address, such as mira@harbour.example.",
    ...newPasswordErrors(password, repeat, strength),
  };
}

/** Where to show an error of the shell: beside a field, or above the form. */
export function fieldOf(failure: Failure): "email" | "password" | "form" {
  if (/EMAIL/.test(failure.code)) return "email";
  if (/CREDENTIALS|PASSWORD|TOO_MANY_ATTEMPTS/.test(failure.code)) return "password";
  return "form";
}

/** Message and remedy in one line. */
export function failureLine(failure: Failure): string {
  return failure.hint ? `${failure.message} ${failure.hint}` : failure.message;
}
