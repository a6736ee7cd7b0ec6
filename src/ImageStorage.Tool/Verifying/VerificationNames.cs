namespace ImageStorage.Tool.Verifying;

/// <summary>Names the findings of a verification. docs/guide/tool.md documents the names.</summary>
internal static class VerificationNames
{
    public static string Of(VerificationStatus status) => status switch
    {
        VerificationStatus.Sound => "sound",
        VerificationStatus.Orphan => "orphan",
        VerificationStatus.NotIndexed => "not-indexed",
        VerificationStatus.NotDecodable => "not-decodable",
        VerificationStatus.Newer => "newer",
        _ => "corrupted",
    };
}
