using System.Text;
using ImageStorage.Coordination.Jobs;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Coordination.Jobs;

/// <summary>
/// P9 for jobs: the documents fail at each call in turn, or are not what the runner expects. Each item is processed once
/// in effect, and no call waits without end.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class JobFaultTests
{
    private volatile bool _isWorking;
    private readonly InMemoryImageProvider _provider = new(TimeProvider.System);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly List<string> _effects = [];

    [TearDown]
    public ValueTask CloseAsync() => _provider.DisposeAsync();

    [Test]
    public async Task Job_survives_a_failure_of_each_call([Values] bool hasEffect, [Values] bool isConflict)
    {
        for (var call = 1; ; call++)
        {
            _done.Clear();
            _effects.Clear();
            await using var provider = new InMemoryImageProvider(TimeProvider.System);
            var faulty = new Faulty(provider.Documents) { FailingCall = call, HasEffect = hasEffect, Failure = () => isConflict ? new ImageConflictException("changed") : new StorageUnavailableException("away") };
            await using (var machine = new JobMachine(faulty))
            {
                try
                {
                    await RunToItsEndAsync(machine, WorkAsync);
                }
                catch (ImageStorageException)
                {
                    // The caller gets the failure. The next run continues.
                }
            }

            await using var successor = new JobMachine(provider.Documents);
            var job = await RunToItsEndAsync(successor, WorkAsync);

            Assert.That(job.State, Is.EqualTo(StorageJobState.Completed), $"call {call}");
            Assert.That(_effects, Is.EqualTo(new[] { "1", "2", "3" }), $"call {call}");
            var jobs = new List<StorageJob>();
            await foreach (var one in successor.Jobs.ListAsync())
            {
                jobs.Add(one);
            }

            Assert.That(jobs.Select(one => one.State), Is.All.EqualTo(StorageJobState.Completed), $"call {call}");
            if (faulty.Calls < call)
            {
                return;
            }
        }
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Kind_without_a_number_left_is_refused(CancellationToken cancellationToken)
    {
        await PlantAsync("count.99999999", "completed");
        await using var machine = new JobMachine(_provider.Documents);

        Assert.That(async () => await Task.Run(() => machine.RunAsync(WorkAsync, cancellationToken: cancellationToken), cancellationToken), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("jobs/count.99999999"));
        Assert.That(await _provider.Documents.ListAsync("jobs/", cancellationToken: cancellationToken), Has.Count.EqualTo(1));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Job_that_is_listed_and_not_found_ends_the_call(CancellationToken cancellationToken)
    {
        await PlantAsync("count.00000007", "completed");
        await using var machine = new JobMachine(new Faulty(_provider.Documents) { HidesJobs = true });

        Assert.That(async () => await Task.Run(() => machine.RunAsync(WorkAsync, cancellationToken: cancellationToken), cancellationToken), Throws.TypeOf<ImageConflictException>().With.Property(nameof(ImageConflictException.IsTransient)).True);
    }

    [Test]
    public async Task Process_that_was_stopped_after_it_created_a_job_removes_no_job_of_another_process()
    {
        var (first, second) = (default(JobMachine), new JobMachine(_provider.Documents));
        var lists = 0;
        first = new JobMachine(new Faulty(_provider.Documents)
        {
            BeforeList = async () =>
            {
                if (++lists == 2)
                {
                    // The process is stopped for longer than its lease. Another one takes over, completes, and starts the next job.
                    await RunToItsEndAsync(second, WorkAsync);
                    await second.RunAsync(WorkAsync);
                }
            },
        });

        await first.RunAsync(WorkAsync);

        Assert.That((await second.Jobs.GetAsync("count.00000001"))?.State, Is.EqualTo(StorageJobState.Completed));
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Test]
    public async Task Text_of_any_kind_is_recorded()
    {
        await using var machine = new JobMachine(_provider.Documents);

        var job = await machine.RunAsync(async (context, token) =>
        {
            context.AddFailure(new string('x', 999) + "\U0001F600", "half \ud83d");
            context.Count("half \ude00");
            await context.CheckpointAsync("half \ud83d", token);
        });

        Assert.That((job.State, (await machine.Jobs.GetAsync(job.Id))!.LastFailures.Count), Is.EqualTo((StorageJobState.Completed, 1)));
    }

    [Test]
    public async Task Job_whose_number_of_runs_is_at_its_limit_is_damaged()
    {
        await PlantAsync("count.00000001", "interrupted", int.MaxValue);
        await using var machine = new JobMachine(_provider.Documents);

        Assert.That(() => machine.RunAsync(WorkAsync), Throws.TypeOf<StorageCorruptedException>());
        Assert.That(await machine.Jobs.CancelAsync("count.00000001"), Is.True);
        Assert.That((await machine.RunAsync(WorkAsync)).State, Is.EqualTo(StorageJobState.Completed));
    }

    private async Task<StorageJob> RunToItsEndAsync(JobMachine machine, Func<JobContext, CancellationToken, Task> work)
    {
        _isWorking = false;
        var running = machine.RunAsync(work, waits: true);
        for (var turn = 0; !running.IsCompleted; turn++)
        {
            // Time passes while the job waits for the lease of another owner. While it works, its own lease must be renewed on
            // other threads before it ends.
            if (!_isWorking || turn % 1000 == 0)
            {
                machine.Clock.Advance(JobMachine.Lease / 100);
            }

            await Task.Yield();
        }

        return await running;
    }

    private async Task WorkAsync(JobContext context, CancellationToken cancellationToken)
    {
        _isWorking = true;
        foreach (var item in new[] { "1", "2", "3" }.Where(item => string.CompareOrdinal(item, context.After) > 0))
        {
            await context.BeforeEffectAsync(cancellationToken: cancellationToken);
            if (_done.Add(item))
            {
                _effects.Add(item);
            }

            context.Count("items");
            await context.CheckpointAsync(item, cancellationToken);
        }
    }

    private Task<DocumentETag> PlantAsync(string id, string state, int run = 1) => _provider.Documents.PutAsync($"jobs/{id}", Encoding.UTF8.GetBytes($$"""
        {"format":1,"kind":"count","state":"{{state}}","owner":"other","run":{{run}},"startedAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","parameters":{},"counters":{},"lastFailures":[]}
        """));

    private sealed class Faulty(IDocumentStore inner) : IDocumentStore
    {
        public int FailingCall { get; init; }

        public bool HasEffect { get; init; }

        public Func<Exception>? Failure { get; init; }

        public bool HidesJobs { get; init; }

        public Func<Task>? BeforeList { get; init; }

        public int Calls { get; private set; }

        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
            HidesJobs && name.Collection == "jobs" ? Task.FromResult<StoredDocument?>(null) : CallAsync(() => inner.GetAsync(name, cancellationToken));

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            CallAsync(() => inner.PutAsync(name, content, ifMatch, cancellationToken));

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            CallAsync(() => inner.DeleteAsync(name, ifMatch, cancellationToken));

        public async Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default)
        {
            await (BeforeList?.Invoke() ?? Task.CompletedTask);
            return await CallAsync(() => inner.ListAsync(prefix, after, limit, cancellationToken));
        }

        public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) => inner.ListCollectionsAsync(cancellationToken);

        private async Task<T> CallAsync<T>(Func<Task<T>> call)
        {
            if (++Calls != FailingCall)
            {
                return await call();
            }

            if (HasEffect)
            {
                await call();
            }

            throw Failure!();
        }
    }
}
