namespace ImageStorage.Providers;

/// <summary>The dimensions, orientation and number of frames of an image whose content must be read before they are known.</summary>
internal sealed class PendingHeader
{
    private ImageHeader? _header;

    /// <summary>Gets the header.</summary>
    /// <exception cref="InvalidOperationException">The content has not been read to its end.</exception>
    public ImageHeader Header => _header ?? throw new InvalidOperationException("The dimensions of the image are known only after its content has been read to the end.");

    /// <summary>Gets the orientation, or null while none is known.</summary>
    public ImageOrientation? Orientation { get; private set; }

    /// <summary>Gets the number of frames, or null while the number is not certain.</summary>
    public int? FrameCount { get; private set; }

    /// <summary>Sets what the bytes so far say.</summary>
    /// <param name="result">A complete result.</param>
    public void Set(ImageHeaderResult result) => (_header, Orientation, FrameCount) = (result.Header, result.Orientation, result.FrameCount);

    /// <summary>Forgets everything, because the content is read again and may have changed.</summary>
    public void Reset() => (_header, Orientation, FrameCount) = (null, null, null);
}
