using ImageStorage.Coordination.Jobs;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Coordination.Jobs;

/// <summary>
/// One process with its own clock and its own runner, over documents that it shares with other processes. A process that
/// is stopped does not renew its lease, and its clock continues.
/// </summary>
internal sealed class JobMachine : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public JobMachine(IDocumentStore documents, bool isShared = true)
    {
        Documents = new Gated(documents);
        Runner = new JobRunner(Documents, isShared, new JobOptions { LeaseDuration = Lease }, Clock, NullLogger.Instance);
        Jobs = new StorageJobs(Runner);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));

    public Gated Documents { get; }

    public JobRunner Runner { get; }

    public StorageJobs Jobs { get; }

    /// <summary>Kills the process: none of its calls reaches the store from now on.</summary>
    public void Kill() => Documents.IsCut = true;

    /// <summary>Starts a job whose work calls a delegate.</summary>
    public Task<StorageJob> RunAsync(Func<JobContext, CancellationToken, Task> work, string kind = "count", bool waits = false, CancellationToken cancellationToken = default) =>
        Runner.RunAsync(new JobRequest { Kind = kind, Work = work, WaitsForOther = waits }, cancellationToken);

    public ValueTask DisposeAsync() => Runner.DisposeAsync();

    /// <summary>Documents that a test can cut off, or stop before a call.</summary>
    internal sealed class Gated(IDocumentStore inner) : IDocumentStore
    {
        public bool IsCut { get; set; }

        /// <summary>Gets or sets what is called before each write, with the name.</summary>
        public Func<DocumentName, Task>? BeforeWrite { get; set; }

        /// <summary>Gets or sets a value that indicates whether the next write has its effect, and its answer is lost.</summary>
        public bool LosesNextAnswer { get; set; }

        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default)
        {
            ThrowIfCut();
            return inner.GetAsync(name, cancellationToken);
        }

        public async Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
        {
            if (BeforeWrite is { } before)
            {
                await before(name);
            }

            ThrowIfCut();
            var written = await inner.PutAsync(name, content, ifMatch, cancellationToken);
            if (LosesNextAnswer)
            {
                LosesNextAnswer = false;

                // As the resilience layer does: the write is repeated, and finds another version.
                throw new ImageConflictException("The write was repeated.");
            }

            return written;
        }

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
        {
            ThrowIfCut();
            return inner.DeleteAsync(name, ifMatch, cancellationToken);
        }

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default)
        {
            ThrowIfCut();
            return inner.ListAsync(prefix, after, limit, cancellationToken);
        }

        private void ThrowIfCut()
        {
            if (IsCut)
            {
                throw new StorageUnavailableException("The process is cut off.");
            }
        }
    }
}
