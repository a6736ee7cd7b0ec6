namespace ImageStorage.Providers;

/// <summary>The kind of result of <see cref="ImageFormat.ReadHeader"/>.</summary>
public enum ImageHeaderState
{
    /// <summary>
    /// The bytes are not a sound image of the format. <see cref="ImageHeaderResult.Reason"/> says why.
    /// </summary>
    Invalid,

    /// <summary>
    /// The header continues after the head. <see cref="ImageHeaderResult.RequiredLength"/> has the minimum length of
    /// the next head.
    /// </summary>
    NeedMore,

    /// <summary>The header is sound. <see cref="ImageHeaderResult.Header"/> has the dimensions.</summary>
    Complete,

    /// <summary>
    /// The image is a variant that is not accepted, such as lossless JPEG. <see cref="ImageHeaderResult.Reason"/> names
    /// the variant.
    /// </summary>
    Unsupported,
}
