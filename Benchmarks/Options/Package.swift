// swift-tools-version: 6.1
import PackageDescription

// Measures the pricing library by itself, without a process start or a line of JSON for each option.
let package = Package(
    name: "options",
    dependencies: [.package(name: "magnus", path: "../..")],
    targets: [
        .executableTarget(name: "options", dependencies: [.product(name: "Markets", package: "magnus")])
    ],
    swiftLanguageModes: [.v6]
)
