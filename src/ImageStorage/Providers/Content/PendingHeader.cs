namespace ImageStorage.Providers;

/// <summary>The header of an image that is known only after the content has been read.</summary>
internal sealed class PendingHeader
{
    private ImageHeader? _header;

    /// <summary>Gets the header.</summary>
    /// <exception cref="InvalidOperationException">The content has not been read to its end.</exception>
    public ImageHeader Header
    {
        get => _header ?? throw new InvalidOperationException("The dimensions of the image are known only after its content has been read to the end.");
        set => _header = value;
    }
}
