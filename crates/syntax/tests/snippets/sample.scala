package org.example.plan

import java.util.UUID
import scala.collection.mutable.{ListBuffer, Map as Names}

/** A plan. */
@SerialVersionUID(1L)
final case class Plan[T <: Room](name: String, private val limit: Int = Plan.MaxRooms) extends Base(name) with Shape {
  private val rooms = ListBuffer.empty[T]
  lazy val size: Int = rooms.size
  var open = true

  override def load(path: Option[String], rest: Any*): Int = {
    for ((room, at) <- rooms.zipWithIndex if room.isOpen) { // each
      println(s"room $at: ${room.name.toUpperCase}\n")
    }
    size match {
      case 0 => 1
      case n if n < 10 => math.max(n, 2)
      case _ => rest.map(_.toString.length).sum + 'c'
    }
  }
}

object Plan {
  val MaxRooms = 0x40
  implicit def text(plan: Plan[_]): String = plan.name
}

trait Shape { def area: Double = 1.5; type Unit }
enum Level(val weight: Int):
  case Low extends Level(1)
  case High extends Level(2)

given ordering: Ordering[Level] = Ordering.by(_.weight)
extension (plan: Plan[?])
  def shout: String = """
    loud
  """
type Pairs = List[(String, Plan[?])]
def distance(a: Double)(using unit: Shape): Double =
  if a > 0 then a * 1.5 else throw new Exception("none")
