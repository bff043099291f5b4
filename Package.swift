// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// What glibc declares beyond POSIX. Every module sees the same headers: clang refuses two readings of one struct.
let gnu: [CSetting] = [.define("_GNU_SOURCE")]

let package = Package(
    name: "minirun",
    products: [
        .library(name: "Namespaces", targets: ["Namespaces"]),
        .library(name: "NetSetup", targets: ["NetSetup"]),
        .library(name: "MiniRun", targets: ["MiniRun"]),
        .executable(name: "minirun", targets: ["minirun"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(
            name: "CShim",
            cSettings: gnu + [.treatAllWarnings(as: .error)],
            linkerSettings: [
                .linkedLibrary("mnl"), .linkedLibrary("nftnl"), .linkedLibrary("cap"), .linkedLibrary("seccomp"),
                .linkedLibrary("archive"), .linkedLibrary("nettle"),
            ]
        ),
        .target(
            name: "Namespaces",
            dependencies: ["CShim", .product(name: "SystemPackage", package: "swift-system")],
            cSettings: gnu,
            swiftSettings: strict
        ),
        .target(
            name: "NetSetup",
            dependencies: ["CShim", "Namespaces", .product(name: "SystemPackage", package: "swift-system")],
            cSettings: gnu,
            swiftSettings: strict
        ),
        .target(
            name: "MiniRun",
            dependencies: [
                "CShim", "Namespaces", "NetSetup", .product(name: "SystemPackage", package: "swift-system"),
            ],
            cSettings: gnu,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "minirun",
            dependencies: ["MiniRun", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            cSettings: gnu,
            swiftSettings: strict
        ),
        .testTarget(name: "NamespacesTests", dependencies: ["Namespaces"], cSettings: gnu, swiftSettings: strict),
        .testTarget(name: "NetSetupTests", dependencies: ["NetSetup"], cSettings: gnu, swiftSettings: strict),
        .testTarget(name: "MiniRunTests", dependencies: ["MiniRun"], cSettings: gnu, swiftSettings: strict),
        .testTarget(name: "EndToEndTests", dependencies: ["CShim"], cSettings: gnu, swiftSettings: strict),
    ]
)
