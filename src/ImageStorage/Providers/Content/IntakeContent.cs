namespace ImageStorage.Providers;

/// <summary>
/// The bytes of a save as <see cref="ImageContent"/>. The first bytes can be read before the content is read, and the
/// content is hashed while it is read.
/// </summary>
internal abstract class IntakeContent(ImageKey key, long maxLength) : ImageContent, IAsyncDisposable
{
    /// <summary>The length of one piece.</summary>
    public const int PieceLength = 128 * 1024;

    protected ImageKey Key => key;

    protected long MaxLength => maxLength;

    /// <summary>
    /// Gets or sets the inspector, which checks each piece before the piece is returned, and throws to refuse the
    /// content.
    /// </summary>
    public IContentInspector? Inspector { get; set; }

    /// <summary>
    /// Gets a value that indicates whether the content ends within the last head, or was read to its end.
    /// </summary>
    public abstract bool Ended { get; }

    /// <summary>Reads the first bytes: at least <paramref name="minimum"/>, or all bytes of shorter content.</summary>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync(int minimum, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    protected ImageValidationException TooLong() =>
        new(ImageValidationKind.TooLarge, $"Image '{key}' {(Length is { } length ? $"has {length} bytes, which is" : "is")} longer than the {maxLength} bytes allowed (Validation.MaxLength); nothing was stored.") { Key = key };

    protected ImageValidationException OtherThanDeclared(long length, long? declared) =>
        new(ImageValidationKind.LengthMismatch, $"The source of image '{key}' has {length} bytes from its current position, but {declared} were declared.") { Key = key };
}
