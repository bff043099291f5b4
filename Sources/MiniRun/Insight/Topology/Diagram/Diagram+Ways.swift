extension Diagram {
    /// A cable, and whether it is taken from its `to` to its `from`.
    typealias Stretch = (edge: Edge, isReversed: Bool)

    /// The shortest way along cables from one box to another; nil where there is none.
    func way(from start: String, to end: String) -> [Stretch]? {
        var reached: [String: Stretch] = [:]
        var queue = [start][...]
        while let box = queue.popFirst(), reached[end] == nil {
            for edge in edges where edge.from == box || edge.to == box {
                let isReversed = edge.to == box
                let other = isReversed ? edge.from : edge.to
                guard other != start, reached[other] == nil else { continue }
                reached[other] = (edge, isReversed)
                queue.append(other)
            }
        }
        var way: [Stretch] = []
        var box = end
        while box != start {
            guard let stretch = reached[box] else { return nil }
            way.insert(stretch, at: 0)
            box = stretch.isReversed ? stretch.edge.to : stretch.edge.from
        }
        return way
    }

    /// The line beside a cable as it is taken, right of its middle as traffic goes: so there and back are two lines.
    static func lane(_ stretch: Stretch, beside distance: Int = 4) -> [Point] {
        var points: [Point] = []
        for point in stretch.isReversed ? stretch.edge.points.reversed() : stretch.edge.points
        where point != points.last {
            points.append(point)
        }
        return points.indices.map { index in
            let before = index > 0 ? right(of: points[index - 1], points[index]) : nil
            let after = index + 1 < points.count ? right(of: points[index], points[index + 1]) : nil
            // At a corner to the right of both, on a straight line once.
            let sides = [before, after == before ? nil : after].compactMap(\.self)
            return sides.reduce(points[index]) { Point(x: $0.x + $1.x * distance, y: $0.y + $1.y * distance) }
        }
    }

    /// One step to the right of who goes from one point to another. Cables go straight, along one axis.
    private static func right(of start: Point, _ end: Point) -> Point {
        Point(x: -(end.y - start.y).signum(), y: (end.x - start.x).signum())
    }
}
