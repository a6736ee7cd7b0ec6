namespace ImageStorage.Providers;

/// <summary>How far <see cref="ImageFormat.ReadHeader"/> got.</summary>
public enum ImageHeaderState
{
    /// <summary>The bytes are not a sound image of the format: <see cref="ImageHeaderResult.Reason"/> says why.</summary>
    Invalid,

    /// <summary>The header goes on behind the bytes given: <see cref="ImageHeaderResult.RequiredLength"/> says how many are needed at least.</summary>
    NeedMore,

    /// <summary>The header is sound: <see cref="ImageHeaderResult.Header"/> has what it says.</summary>
    Complete,

    /// <summary>The image is of a variant that the library does not accept, such as lossless JPEG: <see cref="ImageHeaderResult.Reason"/> names it.</summary>
    Unsupported,
}
