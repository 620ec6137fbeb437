interface Object {
    constructor: Function;
    toString(): string;
    toLocaleString(): string;
    valueOf(): Object;
    hasOwnProperty(key: string): boolean;
    isPrototypeOf(other: Object): boolean;
    propertyIsEnumerable(key: string): boolean;
}
interface ObjectConstructor {
    new (value?: any): Object;
    keys(of: object): string[];
    values<T>(of: { [key: string]: T } | ArrayLike<T>): T[];
    entries<T>(of: { [key: string]: T } | ArrayLike<T>): [string, T][];
    assign<T, U, V>(target: T, source: U, more?: V): T & U & V;
    freeze<T>(value: T): T;
    seal<T>(value: T): T;
    create(prototype: object | null, properties?: object): any;
    defineProperty<T>(of: T, key: string, descriptor: PropertyDescriptor): T;
    defineProperties<T>(of: T, descriptors: object): T;
    getPrototypeOf(of: any): any;
    setPrototypeOf(of: any, prototype: any): any;
    getOwnPropertyNames(of: any): string[];
    getOwnPropertyDescriptor(of: any, key: string): PropertyDescriptor;
    getOwnPropertyDescriptors(of: any): any;
    getOwnPropertySymbols(of: any): symbol[];
    fromEntries<T>(entries: Iterable<[string, T]>): { [key: string]: T };
    is(one: any, other: any): boolean;
    isFrozen(of: any): boolean;
    preventExtensions<T>(of: T): T;
    hasOwn(of: object, key: string): boolean;
    groupBy<T>(items: Iterable<T>, by: (item: T, index: number) => string): { [key: string]: T[] };
    prototype: Object;
}
declare var Object: ObjectConstructor;
interface PropertyDescriptor { configurable?: boolean; enumerable?: boolean; value?: any; writable?: boolean; get?(): any; set?(value: any): void; }
interface Function {
    apply(self: any, list?: any): any;
    call(self: any, ...list: any[]): any;
    bind(self: any, ...list: any[]): any;
    toString(): string;
    prototype: any;
    length: number;
    name: string;
    arguments: any;
    caller: Function;
}
declare var Function: { new (...list: string[]): Function; prototype: Function };
interface IArguments { [index: number]: any; length: number; callee: Function; }
declare var arguments: IArguments;
interface String {
    length: number;
    at(index: number): string;
    charAt(index: number): string;
    charCodeAt(index: number): number;
    codePointAt(index: number): number;
    concat(...texts: string[]): string;
    endsWith(text: string, at?: number): boolean;
    includes(text: string, at?: number): boolean;
    indexOf(text: string, at?: number): number;
    lastIndexOf(text: string, at?: number): number;
    localeCompare(other: string): number;
    match(pattern: RegExp | string): RegExpMatchArray | null;
    matchAll(pattern: RegExp): Iterable<RegExpMatchArray>;
    normalize(form?: string): string;
    padEnd(length: number, fill?: string): string;
    padStart(length: number, fill?: string): string;
    repeat(count: number): string;
    replace(pattern: string | RegExp, by: string | ((match: string, ...parts: any[]) => string)): string;
    replaceAll(pattern: string | RegExp, by: string | ((match: string, ...parts: any[]) => string)): string;
    search(pattern: RegExp): number;
    slice(from?: number, to?: number): string;
    split(separator: string | RegExp, limit?: number): string[];
    startsWith(text: string, at?: number): boolean;
    substr(from: number, length?: number): string;
    substring(from: number, to?: number): string;
    toLowerCase(): string;
    toLocaleLowerCase(): string;
    toUpperCase(): string;
    toLocaleUpperCase(): string;
    toString(): string;
    trim(): string;
    trimEnd(): string;
    trimStart(): string;
    trimLeft(): string;
    trimRight(): string;
    valueOf(): string;
    anchor(name: string): string;
    link(url: string): string;
    bold(): string;
    [index: number]: string;
}
declare var String: { (value?: any): string; new (value?: any): String; fromCharCode(...codes: number[]): string; fromCodePoint(...codes: number[]): string; raw(template: any, ...parts: any[]): string; prototype: String };
interface Number {
    toFixed(digits?: number): string;
    toExponential(digits?: number): string;
    toPrecision(digits?: number): string;
    toString(radix?: number): string;
    toLocaleString(locale?: string, options?: any): string;
    valueOf(): number;
}
declare var Number: { (value?: any): number; new (value?: any): Number; isFinite(value: any): boolean; isInteger(value: any): boolean; isNaN(value: any): boolean; isSafeInteger(value: any): boolean; parseFloat(text: string): number; parseInt(text: string, radix?: number): number; EPSILON: number; MAX_SAFE_INTEGER: number; MAX_VALUE: number; MIN_SAFE_INTEGER: number; MIN_VALUE: number; NaN: number; NEGATIVE_INFINITY: number; POSITIVE_INFINITY: number; prototype: Number };
interface Boolean { valueOf(): boolean; toString(): string; }
declare var Boolean: { (value?: any): boolean; new (value?: any): Boolean; prototype: Boolean };
interface BigInt { toString(radix?: number): string; valueOf(): bigint; toLocaleString(): string; }
declare var BigInt: { (value: any): bigint; asIntN(bits: number, value: bigint): bigint; asUintN(bits: number, value: bigint): bigint; prototype: BigInt };
interface Symbol { description: string; toString(): string; valueOf(): symbol; }
declare var Symbol: { (description?: any): symbol; for(key: string): symbol; keyFor(symbol: symbol): string; iterator: symbol; asyncIterator: symbol; hasInstance: symbol; toPrimitive: symbol; toStringTag: symbol; species: symbol; dispose: symbol; asyncDispose: symbol; unscopables: symbol; isConcatSpreadable: symbol; prototype: Symbol };
interface Iterator<T> { next(value?: any): IteratorResult<T>; return?(value?: any): IteratorResult<T>; throw?(error?: any): IteratorResult<T>; map<U>(by: (value: T, index: number) => U): IterableIterator<U>; filter(by: (value: T, index: number) => unknown): IterableIterator<T>; toArray(): T[]; take(count: number): IterableIterator<T>; drop(count: number): IterableIterator<T>; forEach(by: (value: T, index: number) => void): void; some(by: (value: T) => unknown): boolean; every(by: (value: T) => unknown): boolean; find(by: (value: T) => unknown): T | undefined; }
interface IteratorResult<T> { done?: boolean; value: T; }
interface Iterable<T> { }
interface IterableIterator<T> extends Iterator<T> { }
interface AsyncIterable<T> { }
interface AsyncIterator<T> { next(value?: any): Promise<IteratorResult<T>>; return?(value?: any): Promise<IteratorResult<T>>; throw?(error?: any): Promise<IteratorResult<T>>; }
interface AsyncIterableIterator<T> extends AsyncIterator<T> { }
interface Generator<T, R = any, N = any> extends Iterator<T> { }
interface AsyncGenerator<T, R = any, N = any> extends AsyncIterator<T> { }
interface ArrayLike<T> { length: number; [index: number]: T; }
interface ReadonlyArray<T> extends Array<T> { }
interface Array<T> {
    length: number;
    at(index: number): T | undefined;
    concat(...items: (T | T[])[]): T[];
    copyWithin(target: number, from: number, to?: number): this;
    entries(): IterableIterator<[number, T]>;
    every(by: (value: T, index: number, list: T[]) => unknown, self?: any): boolean;
    fill(value: T, from?: number, to?: number): this;
    filter(by: (value: T, index: number, list: T[]) => unknown, self?: any): T[];
    find(by: (value: T, index: number, list: T[]) => unknown, self?: any): T | undefined;
    findIndex(by: (value: T, index: number, list: T[]) => unknown, self?: any): number;
    findLast(by: (value: T, index: number, list: T[]) => unknown, self?: any): T | undefined;
    findLastIndex(by: (value: T, index: number, list: T[]) => unknown, self?: any): number;
    flat<U>(this: U[][], depth?: number): any[];
    flatMap<U>(by: (value: T, index: number, list: T[]) => U | U[], self?: any): U[];
    forEach(by: (value: T, index: number, list: T[]) => void, self?: any): void;
    includes(value: T, from?: number): boolean;
    indexOf(value: T, from?: number): number;
    join(separator?: string): string;
    keys(): IterableIterator<number>;
    lastIndexOf(value: T, from?: number): number;
    map<U>(by: (value: T, index: number, list: T[]) => U, self?: any): U[];
    pop(): T | undefined;
    push(...items: T[]): number;
    reduce<U>(by: (sum: U, value: T, index: number, list: T[]) => U, first: U): U;
    reduceRight<U>(by: (sum: U, value: T, index: number, list: T[]) => U, first: U): U;
    reverse(): T[];
    shift(): T | undefined;
    slice(from?: number, to?: number): T[];
    some(by: (value: T, index: number, list: T[]) => unknown, self?: any): boolean;
    sort(by?: (one: T, other: T) => number): this;
    splice(from: number, count?: number, ...items: T[]): T[];
    toLocaleString(): string;
    toReversed(): T[];
    toSorted(by?: (one: T, other: T) => number): T[];
    toSpliced(from: number, count?: number, ...items: T[]): T[];
    toString(): string;
    unshift(...items: T[]): number;
    values(): IterableIterator<T>;
    with(index: number, value: T): T[];
    [index: number]: T;
}
interface ArrayConstructor {
    new <T>(...items: T[]): T[];
    <T>(...items: T[]): T[];
    from<T, U = T>(items: Iterable<T> | ArrayLike<T>, by?: (value: T, index: number) => U): U[];
    isArray(value: any): boolean;
    of<T>(...items: T[]): T[];
    fromAsync<T>(items: AsyncIterable<T>): Promise<T[]>;
    prototype: any[];
}
declare var Array: ArrayConstructor;
interface PromiseLike<T> { then<U, V = never>(done?: (value: T) => U | PromiseLike<U>, failed?: (reason: any) => V | PromiseLike<V>): PromiseLike<U | V>; }
interface Promise<T> {
    then<U, V = never>(done?: (value: T) => U | PromiseLike<U>, failed?: (reason: any) => V | PromiseLike<V>): Promise<U | V>;
    catch<V = never>(failed?: (reason: any) => V | PromiseLike<V>): Promise<T | V>;
    finally(after?: () => void): Promise<T>;
}
interface PromiseConstructor {
    new <T>(work: (resolve: (value?: T | PromiseLike<T>) => void, reject: (reason?: any) => void) => void): Promise<T>;
    all<T>(values: Iterable<T | PromiseLike<T>>): Promise<T[]>;
    allSettled<T>(values: Iterable<T | PromiseLike<T>>): Promise<PromiseSettledResult<T>[]>;
    any<T>(values: Iterable<T | PromiseLike<T>>): Promise<T>;
    race<T>(values: Iterable<T | PromiseLike<T>>): Promise<T>;
    reject<T = never>(reason?: any): Promise<T>;
    resolve<T>(value?: T | PromiseLike<T>): Promise<T>;
    withResolvers<T>(): { promise: Promise<T>; resolve: (value: T | PromiseLike<T>) => void; reject: (reason?: any) => void };
    prototype: Promise<any>;
}
interface PromiseSettledResult<T> { status: string; value: T; reason: any; }
declare var Promise: PromiseConstructor;
interface Map<K, V> {
    clear(): void;
    delete(key: K): boolean;
    entries(): IterableIterator<[K, V]>;
    forEach(by: (value: V, key: K, map: Map<K, V>) => void, self?: any): void;
    get(key: K): V | undefined;
    has(key: K): boolean;
    keys(): IterableIterator<K>;
    set(key: K, value: V): this;
    values(): IterableIterator<V>;
    size: number;
}
interface ReadonlyMap<K, V> extends Map<K, V> { }
declare var Map: { new <K = any, V = any>(entries?: Iterable<[K, V]> | null): Map<K, V>; groupBy<K, T>(items: Iterable<T>, by: (item: T, index: number) => K): Map<K, T[]>; prototype: Map<any, any> };
interface WeakMap<K, V> { delete(key: K): boolean; get(key: K): V | undefined; has(key: K): boolean; set(key: K, value: V): this; }
declare var WeakMap: { new <K = any, V = any>(entries?: Iterable<[K, V]> | null): WeakMap<K, V>; prototype: WeakMap<any, any> };
interface Set<T> {
    add(value: T): this;
    clear(): void;
    delete(value: T): boolean;
    entries(): IterableIterator<[T, T]>;
    forEach(by: (value: T, again: T, set: Set<T>) => void, self?: any): void;
    has(value: T): boolean;
    keys(): IterableIterator<T>;
    values(): IterableIterator<T>;
    size: number;
    union<U>(other: Set<U>): Set<T | U>;
    intersection<U>(other: Set<U>): Set<T & U>;
    difference<U>(other: Set<U>): Set<T>;
}
interface ReadonlySet<T> extends Set<T> { }
declare var Set: { new <T = any>(values?: Iterable<T> | null): Set<T>; prototype: Set<any> };
interface WeakSet<T> { add(value: T): this; delete(value: T): boolean; has(value: T): boolean; }
declare var WeakSet: { new <T = any>(values?: Iterable<T> | null): WeakSet<T>; prototype: WeakSet<any> };
interface WeakRef<T> { deref(): T | undefined; }
declare var WeakRef: { new <T>(value: T): WeakRef<T>; prototype: WeakRef<any> };
interface RegExp { exec(text: string): RegExpExecArray | null; test(text: string): boolean; compile(pattern: string): this; source: string; flags: string; global: boolean; ignoreCase: boolean; multiline: boolean; lastIndex: number; sticky: boolean; unicode: boolean; dotAll: boolean; hasIndices: boolean; toString(): string; }
interface RegExpMatchArray extends Array<string> { index?: number; input?: string; groups?: { [key: string]: string }; }
interface RegExpExecArray extends Array<string> { index: number; input: string; groups?: { [key: string]: string }; }
declare var RegExp: { (pattern: any, flags?: string): RegExp; new (pattern: any, flags?: string): RegExp; prototype: RegExp };
interface Date { getDate(): number; getDay(): number; getFullYear(): number; getHours(): number; getMilliseconds(): number; getMinutes(): number; getMonth(): number; getSeconds(): number; getTime(): number; getTimezoneOffset(): number; getUTCDate(): number; getUTCDay(): number; getUTCFullYear(): number; getUTCHours(): number; getUTCMilliseconds(): number; getUTCMinutes(): number; getUTCMonth(): number; getUTCSeconds(): number; setDate(to: number): number; setFullYear(to: number, month?: number, day?: number): number; setHours(to: number, minutes?: number, seconds?: number, milliseconds?: number): number; setMilliseconds(to: number): number; setMinutes(to: number): number; setMonth(to: number): number; setSeconds(to: number): number; setTime(to: number): number; toDateString(): string; toISOString(): string; toJSON(): string; toLocaleDateString(locale?: any, options?: any): string; toLocaleString(locale?: any, options?: any): string; toLocaleTimeString(locale?: any, options?: any): string; toString(): string; toTimeString(): string; toUTCString(): string; valueOf(): number; }
declare var Date: { (): string; new (...parts: any[]): Date; now(): number; parse(text: string): number; UTC(...parts: number[]): number; prototype: Date };
interface Error { name: string; message: string; stack?: string; cause?: unknown; toString(): string; }
interface ErrorConstructor { (message?: string, options?: any): Error; new (message?: string, options?: any): Error; captureStackTrace(target: any, from?: any): void; stackTraceLimit: number; prototype: Error; }
declare var Error: ErrorConstructor;
interface EvalError extends Error { }
declare var EvalError: ErrorConstructor;
interface RangeError extends Error { }
declare var RangeError: ErrorConstructor;
interface ReferenceError extends Error { }
declare var ReferenceError: ErrorConstructor;
interface SyntaxError extends Error { }
declare var SyntaxError: ErrorConstructor;
interface TypeError extends Error { }
declare var TypeError: ErrorConstructor;
interface URIError extends Error { }
declare var URIError: ErrorConstructor;
interface AggregateError extends Error { errors: any[]; }
declare var AggregateError: { new (errors: Iterable<any>, message?: string): AggregateError; prototype: AggregateError };
interface JSON { parse(text: string, by?: (key: string, value: any) => any): any; stringify(value: any, by?: any, space?: any): string; }
declare var JSON: JSON;
interface Math { E: number; LN10: number; LN2: number; LOG10E: number; LOG2E: number; PI: number; SQRT1_2: number; SQRT2: number; abs(x: number): number; acos(x: number): number; acosh(x: number): number; asin(x: number): number; asinh(x: number): number; atan(x: number): number; atan2(y: number, x: number): number; atanh(x: number): number; cbrt(x: number): number; ceil(x: number): number; clz32(x: number): number; cos(x: number): number; cosh(x: number): number; exp(x: number): number; expm1(x: number): number; floor(x: number): number; fround(x: number): number; hypot(...of: number[]): number; imul(x: number, y: number): number; log(x: number): number; log10(x: number): number; log1p(x: number): number; log2(x: number): number; max(...of: number[]): number; min(...of: number[]): number; pow(x: number, y: number): number; random(): number; round(x: number): number; sign(x: number): number; sin(x: number): number; sinh(x: number): number; sqrt(x: number): number; tan(x: number): number; tanh(x: number): number; trunc(x: number): number; }
declare var Math: Math;
interface Console { assert(condition?: boolean, ...data: any[]): void; clear(): void; count(label?: string): void; countReset(label?: string): void; debug(...data: any[]): void; dir(item?: any, options?: any): void; dirxml(...data: any[]): void; error(...data: any[]): void; group(...data: any[]): void; groupCollapsed(...data: any[]): void; groupEnd(): void; info(...data: any[]): void; log(...data: any[]): void; table(data?: any, columns?: string[]): void; time(label?: string): void; timeEnd(label?: string): void; timeLog(label?: string, ...data: any[]): void; timeStamp(label?: string): void; trace(...data: any[]): void; warn(...data: any[]): void; }
declare var console: Console;
interface Proxy { }
declare var Proxy: { new <T>(target: T, handler: any): T; revocable<T>(target: T, handler: any): { proxy: T; revoke: () => void } };
declare var Reflect: { apply(target: any, self: any, list: any): any; construct(target: any, list: any, by?: any): any; defineProperty(of: any, key: any, descriptor: any): boolean; deleteProperty(of: any, key: any): boolean; get(of: any, key: any, self?: any): any; has(of: any, key: any): boolean; ownKeys(of: any): any[]; set(of: any, key: any, value: any, self?: any): boolean; getPrototypeOf(of: any): any; setPrototypeOf(of: any, to: any): boolean; getOwnPropertyDescriptor(of: any, key: any): any };
interface ArrayBuffer { byteLength: number; slice(from?: number, to?: number): ArrayBuffer; }
declare var ArrayBuffer: { new (length: number): ArrayBuffer; isView(value: any): boolean; prototype: ArrayBuffer };
interface TypedArray extends Array<number> { buffer: ArrayBuffer; byteLength: number; byteOffset: number; set(from: any, at?: number): void; subarray(from?: number, to?: number): this; }
interface TypedArrayConstructor { new (...parts: any[]): TypedArray; from(items: any, by?: any): TypedArray; of(...items: number[]): TypedArray; BYTES_PER_ELEMENT: number; prototype: TypedArray; }
interface Uint8Array extends TypedArray { }
interface Int8Array extends TypedArray { }
interface Uint16Array extends TypedArray { }
interface Int16Array extends TypedArray { }
interface Uint32Array extends TypedArray { }
interface Int32Array extends TypedArray { }
interface Float32Array extends TypedArray { }
interface Float64Array extends TypedArray { }
interface Uint8ClampedArray extends TypedArray { }
declare var Uint8Array: TypedArrayConstructor;
declare var Int8Array: TypedArrayConstructor;
declare var Uint16Array: TypedArrayConstructor;
declare var Int16Array: TypedArrayConstructor;
declare var Uint32Array: TypedArrayConstructor;
declare var Int32Array: TypedArrayConstructor;
declare var Float32Array: TypedArrayConstructor;
declare var Float64Array: TypedArrayConstructor;
declare var Uint8ClampedArray: TypedArrayConstructor;
type Partial<T> = T;
type Required<T> = T;
type Readonly<T> = T;
type NonNullable<T> = T;
type Pick<T, K extends keyof T> = T;
type Omit<T, K extends keyof T> = T;
type Exclude<T, U> = T;
type Extract<T, U> = T;
interface Record<K, V> { [key: string]: V; }
type ReturnType<T> = any;
type InstanceType<T> = any;
type Awaited<T> = any;
type Parameters<T> = any;
type ConstructorParameters<T> = any;
type ThisType<T> = T;
type NoInfer<T> = T;
declare var globalThis: any;
declare var undefined: undefined;
declare var NaN: number;
declare var Infinity: number;
declare function parseInt(text: string, radix?: number): number;
declare function parseFloat(text: string): number;
declare function isNaN(value: any): boolean;
declare function isFinite(value: any): boolean;
declare function encodeURIComponent(text: any): string;
declare function decodeURIComponent(text: string): string;
declare function encodeURI(text: string): string;
declare function decodeURI(text: string): string;
declare function eval(text: string): any;
declare function setTimeout(work: (...list: any[]) => void, after?: number, ...list: any[]): any;
declare function setInterval(work: (...list: any[]) => void, every?: number, ...list: any[]): any;
declare function setImmediate(work: (...list: any[]) => void, ...list: any[]): any;
declare function clearTimeout(which?: any): void;
declare function clearInterval(which?: any): void;
declare function queueMicrotask(work: () => void): void;
declare function structuredClone<T>(value: T): T;
