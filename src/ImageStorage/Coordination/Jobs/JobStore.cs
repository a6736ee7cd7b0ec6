using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Coordination.Jobs;

/// <summary>The documents of the jobs of a store.</summary>
internal sealed class JobStore(IDocumentStore documents)
{
    public IDocumentStore Documents => documents;

    /// <summary>Enumerates the ids of all jobs with a prefix, in ordinal order.</summary>
    /// <param name="prefix"><see cref="JobId.Prefix"/>, or the prefix of a kind.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
        documents.EnumerateAsync(prefix, null, cancellationToken).Select(name => name.Value[JobId.Prefix.Length..]).Where(id => JobId.Parse(id) is not null);

    /// <summary>Returns the ids of all jobs of a kind, the newest last.</summary>
    public async Task<IReadOnlyList<string>> ListKindAsync(string kind, CancellationToken cancellationToken) =>
        await ListAsync(JobId.PrefixOf(kind), cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a job. Returns null if there is no document.</summary>
    /// <exception cref="StorageCorruptedException">The document is damaged.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public async Task<JobDocument?> ReadAsync(string id, CancellationToken cancellationToken) =>
        await documents.GetAsync(JobId.NameOf(id), cancellationToken).ConfigureAwait(false) is { } document ? Parse(id, document) : null;

    /// <summary>Reads what is known of a job of a newer format. Returns null if there is no document.</summary>
    public async Task<JobHead?> ReadHeadAsync(string id, CancellationToken cancellationToken) =>
        await documents.GetAsync(JobId.NameOf(id), cancellationToken).ConfigureAwait(false) is { } document
            ? DocumentJson.TryRead(document, CoordinationJson.Instance.JobHead, out _) ?? new JobHead()
            : null;

    /// <summary>Creates the document of a job.</summary>
    /// <exception cref="ImageConflictException">The document exists.</exception>
    public Task<JobDocument> CreateAsync(JobDocument job, CancellationToken cancellationToken) => PutAsync(job, DocumentETag.None, cancellationToken);

    /// <summary>Replaces the document of a job in the version that was read.</summary>
    /// <exception cref="ImageConflictException">The document has another version, or is gone.</exception>
    public Task<JobDocument> ReplaceAsync(JobDocument job, CancellationToken cancellationToken) => PutAsync(job, job.ETag, cancellationToken);

    /// <summary>Removes a job in the version that was read.</summary>
    /// <exception cref="ImageConflictException">The document has another version.</exception>
    public Task RemoveAsync(JobDocument job, CancellationToken cancellationToken) => documents.DeleteAsync(JobId.NameOf(job.Id), job.ETag, cancellationToken);

    /// <summary>Removes a job in any version, also a damaged document.</summary>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => documents.DeleteAsync(JobId.NameOf(id), null, cancellationToken);

    private static JobDocument Parse(string id, StoredDocument document)
    {
        var job = DocumentJson.Read(
            document,
            CoordinationJson.Instance.JobDocument,
            JobDocument.KnownFormat,
            newer => new StorageNotSupportedException($"A newer version of ImageStorage wrote the job '{id}' (format {newer}; this version knows {JobDocument.KnownFormat}). Update the package, or let a process of the newer version run the job.") { Reason = "it was written by a newer version of the library" },
            failure => Damaged(id, failure));
        return JobId.Parse(id)?.Kind == job.Kind && job.Run is > 0 and < int.MaxValue ? job with { Id = id, ETag = document.ETag } : throw Damaged(id, null);
    }

    private static StorageCorruptedException Damaged(string id, JsonException? failure) =>
        new($"The document of the job '{id}' is damaged. Cancel the job to remove the document; then the job can be started again.", failure) { Reason = "it is damaged" };

    private async Task<JobDocument> PutAsync(JobDocument job, DocumentETag? ifMatch, CancellationToken cancellationToken) =>
        job with { ETag = await documents.PutAsync(JobId.NameOf(job.Id), DocumentJson.Write(job, CoordinationJson.Instance.JobDocument), ifMatch, cancellationToken).ConfigureAwait(false) };
}
