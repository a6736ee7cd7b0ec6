namespace ImageStorage.Providers;

/// <summary>
/// Checks content while it is read. A refusal is thrown before the last piece is returned, so no provider commits
/// refused content.
/// </summary>
internal interface IContentInspector : IDisposable
{
    /// <summary>Checks the next piece and, for the last piece, the end of the content.</summary>
    void Inspect(ReadOnlySpan<byte> piece, bool isLast);

    /// <summary>Restarts the check, because the content is read again from its first byte.</summary>
    void Restart();
}
