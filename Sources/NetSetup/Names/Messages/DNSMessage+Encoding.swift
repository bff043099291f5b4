extension DNSMessage {
    /// The message as bytes; the counts follow from what is in it.
    ///
    /// When it would be longer than `limit`, records are left out from the end, and TC says so (RFC 2181, section 9); what
    /// still fits stays, for there are resolvers that heed only that. `limit` is at least 512.
    public func encoded(limit: Int = 65535) -> [UInt8] {
        var writer = Writer()
        var header = header
        header.questions = question == nil ? 0 : 1
        writer.put(header.id)
        writer.put(header.flags)
        writer.put(header.questions)
        writer.bytes += [0, 0, 0, 0, 0, 0]
        if let question {
            writer.bytes += question.name.wire
            writer.put(question.type)
            writer.put(question.class)
        }
        // EDNS stays whatever else has to go.
        let limit = min(limit, 65535) - (self.extension.map { 11 + $0.options.count } ?? 0)
        var counts: [UInt16] = []
        var isTruncated = false
        for section in [answers, authorities, additions] {
            var count: UInt16 = 0
            for record in section where !isTruncated {
                let length = writer.bytes.count
                writer.put(record, question: question?.name)
                if writer.bytes.count > limit {
                    writer.bytes.removeLast(writer.bytes.count - length)
                    isTruncated = true
                } else {
                    count += 1
                }
            }
            counts.append(count)
        }
        if let own = self.extension {
            writer.put(own.record, question: nil)
            counts[2] += 1
        }
        for (index, count) in counts.enumerated() { writer.set(count, at: 6 + 2 * index) }
        if isTruncated { writer.bytes[2] |= 0x02 }
        return writer.bytes
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func put(_ number: UInt16) {
            bytes.append(UInt8(number >> 8))
            bytes.append(UInt8(number & 0xff))
        }

        mutating func set(_ number: UInt16, at offset: Int) {
            bytes[offset] = UInt8(number >> 8)
            bytes[offset + 1] = UInt8(number & 0xff)
        }

        mutating func put(_ record: DNSRecord, question: DNSName?) {
            // The one compression that pays: an answer is about the name that was asked for, which begins at byte 12.
            if record.name == question, record.name != .root {
                put(0xc00c)
            } else {
                bytes += record.name.wire
            }
            put(record.type)
            put(record.class)
            put(UInt16(record.timeToLive >> 16))
            put(UInt16(record.timeToLive & 0xffff))
            put(UInt16(clamping: record.data.count))
            bytes += record.data.prefix(65535)
        }
    }
}
