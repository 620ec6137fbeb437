package org.example.plan

import java.util.UUID
import kotlin.math.max

/** A plan. */
@Serializable(with = PlanSerializer::class)
data class Plan<T : Room>(val name: String, private var limit: Int = MAX_ROOMS) : Base(name), Shape {
    private val rooms = mutableListOf<T>()
    val size: Int
        get() = rooms.size

    companion object {
        const val MAX_ROOMS = 0x40
    }

    override suspend fun load(path: String?, vararg rest: Any): Int {
        for ((at, room) in rooms.withIndex()) { // each
            if (room.name == "x" || !room.isOpen) return@load 'c'.code
            println("room $at: ${room.name.uppercase()}\n")
        }
        return when (val size = rooms.size) {
            0 -> 1
            in 1..9 -> max(size, 2)
            else -> rest.map { it.toString().length }.sum() ?: 3
        }
    }
}

interface Shape { fun area(): Double = 1.5 }
enum class Level(val weight: Int) { LOW(1), HIGH(2); }
object Rooms : Shape
typealias Names = Map<String, List<Plan<*>>>
fun Plan<*>.shout() = """
    $name
""".trimIndent()
