public import Foundation

/// Takes text out of files that need a program of their own to be read.
public protocol DocumentConverter: Sendable {
    /// What a conversion gives.
    ///
    /// - Parameter path: An absolute path of a file.
    /// - Throws: `ConversionError`; `CancellationError`.
    func output(of conversion: DocumentConversion, path: String) throws -> Data
}

/// What is wanted of a file.
public enum DocumentConversion: Sendable, Hashable {
    /// The text of a PDF, form feeds between its pages.
    case pdfText
    /// Any document that pandoc reads, as Markdown; the ending of its name says what it is.
    case markdown(ending: String)
    /// One file of a ZIP archive.
    case archiveEntry(String)
}

/// Why a file could not be converted.
public enum ConversionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The program that reads such files is not there.
    case missingProgram(String, package: String)
    /// The program refused the file.
    case refused(program: String, detail: String)
    /// What came out is more than the limit.
    case tooLarge(program: String, bytes: Int)
    /// It took longer than it may.
    case tooSlow(program: String, seconds: Int)
    /// It is not what its name says.
    case damaged(String)

    /// What failed and what to do, as the end of a line that begins with the path.
    public var description: String {
        switch self {
        case .missingProgram(let program, let package):
            return "needs \(program), which is not installed; `sudo apt install \(package)`, then index again"
        case .refused(let program, let detail):
            return "\(program) cannot read it (\(detail)); save it anew or as text"
        case .tooLarge(let program, let bytes):
            return "\(program) gave more than \(bytes / 1_000_000) MB of text; split the file"
        case .tooSlow(let program, let seconds):
            return "\(program) took longer than \(seconds) s; split the file"
        case .damaged(let detail):
            return "\(detail); save it anew or as text"
        }
    }
}
