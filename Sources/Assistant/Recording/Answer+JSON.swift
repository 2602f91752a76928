import Agents
public import JSON

extension GroundingSummary.Figure: JSONWritable {
    /// Appends the figure as its `Encodable` form has it.
    public func write(to json: inout JSONText) {
        json.append(raw: "{")
        if let formula {
            json.append(raw: #""formula":"#)
            json.append(formula)
            json.append(raw: ",")
        }
        if let reason {
            json.append(raw: #""reason":"#)
            json.append(reason)
            json.append(raw: ",")
        }
        json.append(raw: #""sources":"#)
        json.append(sources)
        json.append(raw: #","status":"#)
        json.append(status)
        json.append(raw: #","text":"#)
        json.append(text)
        json.append(raw: "}")
    }
}

extension AnswerTable.Row: JSONWritable {
    /// Appends the row as its `Encodable` form has it.
    public func write(to json: inout JSONText) throws {
        json.append(raw: #"{"cells":"#)
        try cells.write(to: &json)
        json.append(raw: #","subject":"#)
        json.append(subject)
        json.append(raw: "}")
    }
}

extension AnswerTable.Cell: JSONWritable {
    /// Appends the cell as its `Encodable` form has it.
    public func write(to json: inout JSONText) {
        json.append(raw: #"{"text":"#)
        json.append(text)
        json.append(raw: #","tone":"#)
        json.append(tone.rawValue)
        json.append(raw: "}")
    }
}

extension Answer.Item: JSONWritable {
    /// Appends the item as its `Encodable` form has it.
    public func write(to json: inout JSONText) {
        json.append(raw: #"{"text":"#)
        json.append(text)
        json.append(raw: #","tone":"#)
        json.append(tone.rawValue)
        json.append(raw: "}")
    }
}
