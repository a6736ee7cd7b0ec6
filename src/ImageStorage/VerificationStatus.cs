namespace ImageStorage;

/// <summary>The status of a stored item: the finding of a verification, or the reason why an image is not listed.</summary>
public enum VerificationStatus
{
    /// <summary>All bytes match their hashes.</summary>
    Sound,

    /// <summary>An image, a document or its record is altered or cut short.</summary>
    Corrupted,

    /// <summary>Data of the library that nothing refers to, such as content without a record.</summary>
    Orphan,

    /// <summary>A sound image that a listing by time would miss.</summary>
    NotIndexed,

    /// <summary>
    /// A sound record whose image this store cannot return: the bytes are encoded or in another store, and no layer of
    /// this store decodes them.
    /// </summary>
    NotDecodable,

    /// <summary>
    /// An image that a newer version of the library wrote in a form that this version cannot read, so its bytes were not
    /// verified. Update the library.
    /// </summary>
    Newer,

    /// <summary>A sound record whose content is gone. A read of the image throws <see cref="ImageCorruptedException"/>.</summary>
    Missing,

    /// <summary>A file, or another object of the medium, that the library did not write.</summary>
    Stray,
}
