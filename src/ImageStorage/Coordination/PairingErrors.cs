using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>The reasons why providers do not belong together, in the same words for every composition.</summary>
internal static class PairingErrors
{
    public static string SameStore(string one, string other, DocumentName identity) =>
        $"{one} and {other} are the same store, or one is a file-by-file copy of the other, so a failure of one is a failure of both. Give each a location of its own; in a copy, delete the document '{identity}'.";

    public static string Exchanged(string one, string other) => $"{one} and {other} are exchanged: each has recorded the role of the other. Configure each in its original role.";
}
