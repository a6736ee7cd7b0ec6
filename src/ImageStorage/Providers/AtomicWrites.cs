namespace ImageStorage.Providers;

/// <summary>
/// A write of an atomic commit (<see cref="IAtomicProvider"/>): <see cref="AtomicPut"/>, <see cref="AtomicUpdate"/>,
/// <see cref="AtomicDelete"/> or <see cref="AtomicDocument"/>.
/// </summary>
public abstract record AtomicWrite
{
    private protected AtomicWrite()
    {
    }
}

/// <summary>Commits a prepared image under its key.</summary>
/// <param name="Image">The result of <see cref="IAtomicProvider.PrepareAsync"/>.</param>
public sealed record AtomicPut(IPreparedImage Image) : AtomicWrite;

/// <summary>Changes the record of an image in an atomic commit.</summary>
/// <param name="Key">The image.</param>
/// <param name="Update">The change and its precondition.</param>
public sealed record AtomicUpdate(ImageKey Key, RecordUpdate Update) : AtomicWrite;

/// <summary>Deletes an image in an atomic commit.</summary>
/// <param name="Key">The image.</param>
/// <param name="Precondition">The version to delete; null for any version.</param>
public sealed record AtomicDelete(ImageKey Key, IfMatch? Precondition = null) : AtomicWrite;

/// <summary>Writes or deletes a document in an atomic commit.</summary>
/// <param name="Name">The name.</param>
/// <param name="Content">The bytes; null to delete the document.</param>
/// <param name="IfMatch">The expected version; <see cref="DocumentETag.None"/> if there must be no document; null for
/// any version.</param>
public sealed record AtomicDocument(DocumentName Name, ReadOnlyMemory<byte>? Content, DocumentETag? IfMatch = null) : AtomicWrite;
