namespace ImageStorage.Providers;

/// <summary>
/// Inspects content while it is read. A refusal is thrown before the last piece is returned, so no provider commits
/// refused content.
/// </summary>
internal interface IContentInspector : IDisposable
{
    /// <summary>Inspects the next piece, and the end of the content if the piece is the last piece.</summary>
    void Inspect(ReadOnlySpan<byte> piece, bool isLast);

    /// <summary>Restarts the inspection: the content is read again from its first byte.</summary>
    void Restart();
}
