import React, { useState } from "react";

type Props = { title: string; onClose?: () => void };

export const Card: React.FC<Props> = ({ title, onClose }) => {
  const [open, setOpen] = useState<boolean>(false);
  // a card
  return (
    <section className="card" hidden={!open} {...rest}>
      <Header.Title level={2} on={() => setOpen(!open)}>Hello, {title.trim()} &amp; co</Header.Title>
      {open && <Button onClick={onClose} disabled />}
      <></>
    </section>
  );
};
