<!DOCTYPE html>
<h1 class="plan"><?= $title ?></h1>
<?php
declare(strict_types=1);
namespace Example\Plans;
use Example\Base;

/** A plan. */
#[Entity(name: 'plan')]
final class Plan extends Base implements Shape
{
    public const MAX_ROOMS = 64;
    private ?array $rooms = [];
    public function __construct(protected readonly string $name, int|float $size = 1.5) { parent::__construct(); }
    public static function load(string $path): static
    {
        foreach (self::$all as $key => $room) { // each
            if ($room === null || !isset($room['a'])) { continue; }
            echo "room {$room->name} of $path\n", strlen($path) . 'x', $this->rooms[0];
        }
        return new static($path, MAX_ROOMS, Level::Low, fn ($x) => $x?->size(true));
    }
}
enum Level: string { case Low = 'low'; }
?>
<script>let a = 1;</script>
