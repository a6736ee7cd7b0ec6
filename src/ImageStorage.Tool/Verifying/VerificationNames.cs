using ImageStorage.Providers;

namespace ImageStorage.Tool.Verifying;

/// <summary>Names the findings of a verification. docs/guide/tool.md documents the names.</summary>
internal static class VerificationNames
{
    public static string Of(VerificationStatus status) => status switch
    {
        VerificationStatus.Sound => "sound",
        VerificationStatus.Missing => "missing",
        VerificationStatus.Orphan => "orphan",
        VerificationStatus.Stray => "stray",
        VerificationStatus.NotIndexed => "not-indexed",
        VerificationStatus.NotDecodable => "not-decodable",
        VerificationStatus.Newer => "newer",
        _ => "corrupted",
    };

    /// <summary>Returns the name of the property with the number of findings.</summary>
    public static string PropertyOf(VerificationStatus status) => status switch
    {
        VerificationStatus.NotIndexed => "notIndexed",
        VerificationStatus.NotDecodable => "notDecodable",
        _ => Of(status),
    };

    public static string Of(VerificationKind kind) => kind switch
    {
        VerificationKind.Image => "image",
        VerificationKind.Document => "document",
        VerificationKind.RetainedVersion => "retained-version",
        _ => "other",
    };

    /// <summary>Returns the kind before the name of an object in text; empty for an image or a location.</summary>
    public static string BeforeName(VerificationKind kind) => kind switch
    {
        VerificationKind.Document => "document ",
        VerificationKind.RetainedVersion => "retained version ",
        _ => string.Empty,
    };
}
