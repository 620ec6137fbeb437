package org.example.plan;

import java.util.List;
import static java.lang.Math.max;

/** A plan. */
@Entity(name = "plan")
public final class Plan<T extends Room> extends Base implements Shape, AutoCloseable {
    private static final int MAX_ROOMS = 0x40;
    private final Map<String, List<T>> rooms = new HashMap<>();

    public Plan(String name) { super(name); this.name = name; }

    @Override
    public int size(int[] at, String... rest) throws IOException {
        for (var room : rooms.values()) { // each
            if (room == null || !room.isEmpty()) System.out.println("room\n" + room.get(0).name + 'c');
        }
        return switch (kind) { case ROUND -> 1; default -> (int) max(1.5f, Level.LOW.weight); };
    }

    enum Level { LOW(1), HIGH(2); }
    record Point(double x, double y) { }
    interface Visitor { void visit(Plan<?> plan); }
}
