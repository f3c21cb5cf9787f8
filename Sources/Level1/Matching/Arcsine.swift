import Kinematics

/// The arcsine with the same bits on every machine, for -1 to 1: level 1's name for `PortableAngles.arcSine`.
@inline(__always)
package func arcsine(_ x: Double) -> Double { PortableAngles.arcSine(x) }
