const std = @import("std");
const Allocator = std.mem.Allocator;

/// A plan.
pub const Plan = struct {
    name: []const u8,
    rooms: std.ArrayList(Room),
    limit: usize = max_rooms,

    const max_rooms: usize = 0x40;

    pub fn init(allocator: Allocator, name: []const u8) !Plan {
        if (name.len == 0) return error.Empty;
        return .{ .name = name, .rooms = std.ArrayList(Room).init(allocator) };
    }

    pub fn load(self: *Plan, path: ?[]const u8) anyerror!usize {
        defer self.rooms.deinit();
        outer: for (self.rooms.items, 0..) |room, at| { // each
            if (room.level == .high or !room.open) break :outer;
            std.debug.print("room {d}: {s}\n", .{ at, room.name });
        }
        return switch (self.rooms.items.len) {
            0 => 1,
            1...9 => |n| @max(n, 2),
            else => path.?.len + 'c',
        };
    }
};

const Level = enum(u8) { low = 1, high };
const Shape = union(enum) { circle: f64, none };
const Fault = error{ Empty, TooLarge };
var count: u32 = undefined;
extern "c" fn puts([*:0]const u8) c_int;
comptime { _ = Plan; }

test "a plan has rooms" {
    const text =
        \\several
        \\lines
    ;
    try std.testing.expectEqual(@as(f32, 1.5), text.len);
}
