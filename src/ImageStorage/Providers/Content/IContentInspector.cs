namespace ImageStorage.Providers;

/// <summary>Checks content while it is read. A refusal is thrown before the last piece is handed out, so no provider commits refused content.</summary>
internal interface IContentInspector : IDisposable
{
    /// <summary>Checks the next piece, and the end of the content when the piece is the last one.</summary>
    void Inspect(ReadOnlySpan<byte> piece, bool isLast);

    /// <summary>Begins again: the content is read from its first byte once more.</summary>
    void Restart();
}
