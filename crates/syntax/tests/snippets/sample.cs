using System.Collections.Generic;
namespace Example.Plans;

#region rooms
/// <summary>A plan.</summary>
[Serializable, Table("plan")]
public sealed class Plan<T> : Base, IShape where T : Room, new()
{
    private const int MaxRooms = 0x40;
    private readonly Dictionary<string, List<T>> _rooms = new();
    public string Name { get; init; } = "x";
    public event EventHandler? Changed;

    public Plan(string name) : base(name) => this.Name = name;

    public async Task<int?> LoadAsync(string path, params object[] rest)
    {
        foreach (var room in _rooms.Values) // each
            if (room is Round { Size: > 1.5 } r && !r.IsOpen) throw new IOException($"bad {room.Name:x}\n", null);
        var size = await File.ReadAllTextAsync(path) ?? string.Empty;
        return size switch { "a" => Level.Low, _ => items?.Count() ?? Max<int>('c', true) };
    }
}
public record Point(double X, double Y);
public enum Level { Low = 1, High }
#endregion
