/// A scene with places: boxes, and the cables between them, on a plane whose unit is a pixel. What is drawn of it, SVG or
/// another language of pictures, is only a matter of spelling.
struct Diagram: Sendable, Hashable {
    /// A point of the plane; y grows downwards.
    struct Point: Sendable, Hashable {
        var x: Int
        var y: Int
    }

    /// A rectangle.
    struct Frame: Sendable, Hashable {
        var x: Int
        var y: Int
        var width: Int
        var height: Int

        var right: Int { x + width }
        var bottom: Int { y + height }
        var middle: Int { x + width / 2 }

        /// Whether they have a point in common.
        func overlaps(_ other: Frame) -> Bool {
            x < other.right && other.x < right && y < other.bottom && other.y < bottom
        }
    }

    /// What is in a box, which decides on its colour.
    enum Kind: String, Sendable, Hashable {
        case router, bridge, wire, container, named, process
    }

    /// How a line of text looks.
    enum Look: String, Sendable, Hashable {
        case plain, strong, faint, accent, warning, heading
    }

    /// A line in a box, from the box's corner.
    struct Line: Sendable, Hashable {
        var x: Int
        var y: Int
        /// Pieces that follow each other.
        var pieces: [Piece]
    }

    /// A piece of a line.
    struct Piece: Sendable, Hashable {
        var text: String
        var look: Look

        init(_ text: String, _ look: Look = .plain) {
            self.text = text
            self.look = look
        }
    }

    /// A box.
    struct Box: Sendable, Hashable {
        /// `router`, `bridge-minirun0`, `n4026532000`; of a machine that is only mentioned with the segment's name behind it.
        var id: String
        var kind: Kind
        var frame: Frame
        var title: String
        /// A word that stands right of the title.
        var tag: String
        var lines: [Line] = []
        /// The box that shows in full what is only mentioned here.
        var original: String?
        /// Everything about it, for who points at it.
        var detail: String = ""
        /// Whether nothing of minirun's is in it.
        var isForeign = false
    }

    /// A cable: a line with corners.
    struct Edge: Sendable, Hashable {
        var points: [Point]
        /// The boxes at its ends.
        var from: String
        var to: String
        var kind: Kind
        /// Whether it is drawn with gaps: no address of the router's is at it, or the wire is shared.
        var isDashed = false
        var detail: String = ""
    }

    /// A word above a group of boxes.
    struct Heading: Sendable, Hashable {
        var at: Point
        var text: String
    }

    /// What something that moves over the picture is doing.
    enum Course: String, Sendable, Hashable {
        case there, back, stop
    }

    /// A way that something takes along a cable.
    struct Trail: Sendable, Hashable {
        var edge: Edge
        var points: [Point]
        var course: Course
    }

    /// A label at a box that something has come to.
    struct Mark: Sendable, Hashable {
        /// The box.
        var box: String
        var frame: Frame
        var text: String
        var course: Course
        var detail: String
    }

    var boxes: [Box] = []
    var edges: [Edge] = []
    var trails: [Trail] = []
    var marks: [Mark] = []
    var headings: [Heading] = []
    var width = 0
    var height = 0

    /// The boxes that something has come to, or through.
    var passed: Set<String> { Set(marks.map(\.box) + trails.flatMap { [$0.edge.from, $0.edge.to] }) }
}
