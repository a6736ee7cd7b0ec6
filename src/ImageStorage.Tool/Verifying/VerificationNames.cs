using ImageStorage.Providers;

namespace ImageStorage.Tool.Verifying;

/// <summary>The findings by the names that docs/guide/tool.md promises.</summary>
internal static class VerificationNames
{
    public static string Of(VerificationStatus status) => status switch
    {
        VerificationStatus.Sound => "sound",
        VerificationStatus.Stray => "stray",
        VerificationStatus.NotIndexed => "not-indexed",
        VerificationStatus.NotDecodable => "not-decodable",
        _ => "corrupted",
    };
}
