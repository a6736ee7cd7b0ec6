namespace ImageStorage.Tool.Importing;

/// <summary>The reasons why a file is refused or fails.</summary>
internal enum ImportProblem
{
    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>The bytes are not an image, or the image is damaged.</summary>
    NotAnImage,

    /// <summary>The bytes are of a type that the store does not accept.</summary>
    UnsupportedType,

    /// <summary>The image has more pixels than allowed.</summary>
    TooManyPixels,

    /// <summary>The image has more bytes than allowed.</summary>
    TooLarge,

    /// <summary>The name is not valid as a key.</summary>
    InvalidName,

    /// <summary>The name is not valid UTF-8.</summary>
    UndecodableName,

    /// <summary>Another file has the same key.</summary>
    SameKey,

    /// <summary>The store has another image under the key.</summary>
    Different,

    /// <summary>The file could not be read or stored.</summary>
    Failed,

    /// <summary>The library refused the image for another reason.</summary>
    Other,
}
