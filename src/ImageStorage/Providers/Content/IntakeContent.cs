namespace ImageStorage.Providers;

/// <summary>What a caller wants to have stored, as <see cref="ImageContent"/>: its first bytes can be looked at before it is read, and it is hashed as it is read.</summary>
internal abstract class IntakeContent(ImageKey key, long maxLength) : ImageContent, IAsyncDisposable
{
    /// <summary>The length of the pieces it is read in.</summary>
    public const int PieceLength = 128 * 1024;

    protected ImageKey Key => key;

    protected long MaxLength => maxLength;

    /// <summary>Gets or sets what checks the pieces before they are handed out; it throws to refuse the content before its end.</summary>
    public IContentInspector? Inspector { get; set; }

    /// <summary>Does the content end within the head that was given last, or has it been read to its end?</summary>
    public abstract bool Ended { get; }

    /// <summary>The first bytes: at least <paramref name="minimum"/> of them, or all there are.</summary>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync(int minimum, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    protected ImageValidationException TooLong() =>
        new(ImageValidationKind.TooLarge, $"Image '{key}' {(Length is { } length ? $"has {length} bytes, which is" : "is")} longer than the {maxLength} bytes allowed (Validation.MaxLength); nothing was stored.") { Key = key };

    protected ImageValidationException OtherThanDeclared(long length, long? declared) =>
        new(ImageValidationKind.LengthMismatch, $"The source of image '{key}' has {length} bytes from where it stands, but {declared} were declared.") { Key = key };
}
