-- a plan
CREATE TABLE rooms (
  id INTEGER PRIMARY KEY,
  name VARCHAR(64) NOT NULL DEFAULT 'none',
  size NUMERIC CHECK (size > 1.5)
);

/* The large ones,
   by name. */
CREATE VIEW large_rooms AS
SELECT r.name, COUNT(*) AS total, max(r.size)
FROM rooms r
LEFT JOIN plans p ON p.room_id = r.id
WHERE r.size >= 10 AND p.name LIKE '%plan%' OR r.id IS NULL
GROUP BY r.name
ORDER BY total DESC
LIMIT 5;

INSERT INTO rooms (id, name) VALUES (1, 'it''s'), (2, NULL);
UPDATE rooms SET size = size * 2 WHERE id IN (SELECT room_id FROM plans);
