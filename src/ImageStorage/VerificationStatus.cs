namespace ImageStorage;

/// <summary>The status of a stored item: the finding of a verification, or the reason why an image is not listed.</summary>
public enum VerificationStatus
{
    /// <summary>All bytes match their hashes.</summary>
    Sound,

    /// <summary>An image, a document or its record is altered or cut short.</summary>
    Corrupted,

    /// <summary>Data that the library did not write, or that nothing refers to.</summary>
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
}
