using System.Globalization;
using System.Text;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// A13: a watcher declares a process dead within two leases of its death, also if watchers restart all the time, and
/// never while the process renews its lease, whatever the clocks of the machines show.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ProcessLeaseTests
{
    private const string Collection = "leases";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly MachineTime _time = new();
    private readonly InMemoryImageProvider _provider = new(TimeProvider.System);
    private readonly List<ProcessLease> _owners = [];

    private IDocumentStore Documents => _provider.Documents;

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var owner in _owners)
        {
            await owner.DisposeAsync();
        }

        await _provider.DisposeAsync();
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public async Task Dead_process_is_found_within_two_leases_though_watchers_restart_every_half_lease(int watchers)
    {
        var owner = await StartOwnerAsync(new Machine(_time));
        Watcher[] all = [.. Enumerable.Range(0, watchers).Select(index => NewWatcher(TimeSpan.FromSeconds(index)))];

        // The owner is dead from now on.
        for (var now = TimeSpan.Zero; now <= 2 * Lease; now += Second)
        {
            for (var i = 0; i < all.Length; i++)
            {
                all[i] = now >= all[i].StartedAt + (Lease / 2) ? NewWatcher(now) : all[i];
                if (now >= all[i].NextCheck && await all[i].CheckAsync(owner.Id, now) == ProcessState.Dead)
                {
                    TestContext.Out.WriteLine($"Found dead after {now.TotalSeconds} seconds");
                    return;
                }
            }

            _time.Advance(Second);
        }

        Assert.Fail("The process was not found dead.");
    }

    [Test]
    public async Task Living_process_is_never_declared_dead_whatever_the_clocks_show()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"IMAGESTORAGE_TEST_SEED={seed}");
        var random = new Random(seed);
        var machine = new Machine(_time, rate: 0.95);
        var owner = await StartOwnerAsync(machine);
        Watcher[] watchers = [.. Enumerable.Range(0, 3).Select(_ => NewWatcher(TimeSpan.Zero, random))];
        var renewal = TimeSpan.Zero;
        var longest = TimeSpan.Zero;
        for (var now = TimeSpan.Zero; now < TimeSpan.FromHours(1); now += Second)
        {
            // The owner renews as late as it may, and trusts itself until then.
            if (now >= renewal)
            {
                Assert.That(owner.IsTrusted(owner.Id), Is.True, $"After {now}");
                await owner.EnsureAsync(default);
                renewal = now + TimeSpan.FromSeconds(random.Next(11, 20));
                longest = renewal - now > longest ? renewal - now : longest;
            }

            for (var i = 0; i < watchers.Length; i++)
            {
                watchers[i] = random.Next(12) == 0 ? NewWatcher(now, random) : watchers[i];
                if (random.Next(3) == 0)
                {
                    Assert.That(await watchers[i].CheckAsync(owner.Id, now), Is.Not.EqualTo(ProcessState.Dead), $"After {now}");
                }
            }

            machine.Wall += random.Next(100) == 0 ? TimeSpan.FromSeconds(-random.Next(100)) : TimeSpan.Zero;
            _time.Advance(Second);
        }

        Assert.That(longest, Is.GreaterThan(TimeSpan.FromSeconds(15)));
    }

    [Test]
    public async Task Stalled_process_that_was_declared_dead_is_not_trusted_and_gets_a_new_name()
    {
        var owner = await StartOwnerAsync(new Machine(_time));
        var (id, watcher) = (owner.Id, NewWatcher(TimeSpan.Zero));
        await watcher.CheckAsync(id, TimeSpan.Zero);
        _time.Advance(Lease);

        Assert.That(owner.IsTrusted(id), Is.False, "It stops by itself, before it can know of the declaration.");
        Assert.That(await watcher.CheckAsync(id, Lease), Is.EqualTo(ProcessState.Dead));
        await owner.EnsureAsync(default);

        Assert.That(owner.Id, Is.Not.EqualTo(id));
        Assert.That((owner.IsTrusted(id), owner.IsTrusted(owner.Id)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Process_on_a_machine_that_was_suspended_does_not_trust_its_lease()
    {
        var machine = new Machine(_time);
        var owner = await StartOwnerAsync(machine);

        machine.Suspend(Lease);

        Assert.That(owner.IsTrusted(owner.Id), Is.False);
    }

    [Test]
    public async Task Renewal_removes_a_recorded_silence()
    {
        var owner = await StartOwnerAsync(new Machine(_time));
        var watcher = NewWatcher(TimeSpan.Zero);
        await watcher.CheckAsync(owner.Id, TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(19));
        await watcher.CheckAsync(owner.Id, TimeSpan.Zero);
        Assert.That((await ReadAsync(owner.Id)).SilentFor, Is.EqualTo(TimeSpan.FromSeconds(19)));

        await owner.EnsureAsync(default);

        var document = await ReadAsync(owner.Id);
        Assert.That((document.Renewals, document.Duration, document.SilentFor), Is.EqualTo((3L, Lease, TimeSpan.Zero)));
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.That(await NewWatcher(TimeSpan.Zero).CheckAsync(owner.Id, TimeSpan.Zero), Is.EqualTo(ProcessState.Silent));
        Assert.That(await watcher.CheckAsync(owner.Id, TimeSpan.Zero), Is.EqualTo(ProcessState.Alive));
    }

    [Test]
    public async Task Renewal_whose_response_was_lost_counts()
    {
        var machine = new Machine(_time);
        var documents = new LossyDocuments(Documents);
        var owner = await StartOwnerAsync(machine, documents);
        var watcher = NewWatcher(TimeSpan.Zero);
        documents.LosesResponses = true;
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.ThrowsAsync<StorageUnavailableException>(() => owner.EnsureAsync(default));
        await watcher.CheckAsync(owner.Id, TimeSpan.Zero);
        documents.LosesResponses = false;
        _time.Advance(TimeSpan.FromSeconds(15));
        await owner.EnsureAsync(default);
        _time.Advance(TimeSpan.FromSeconds(19));

        Assert.That(await watcher.CheckAsync(owner.Id, TimeSpan.Zero), Is.EqualTo(ProcessState.Alive));
        Assert.That(owner.IsTrusted(owner.Id), Is.True);
    }

    [Test]
    public async Task Watcher_with_another_lease_duration_waits_for_the_duration_of_the_owner()
    {
        var owner = await StartOwnerAsync(new Machine(_time));
        var hasty = new ProcessLeaseWatch(Documents, Collection, isShared: true, TimeSpan.FromSeconds(1), new Machine(_time));
        await hasty.CheckAsync(owner.Id, records: true, default);
        _time.Advance(TimeSpan.FromSeconds(19));

        Assert.That(await hasty.CheckAsync(owner.Id, records: true, default), Is.EqualTo(ProcessState.Silent));
    }

    [TestCase("not json")]
    [TestCase("""{"process":7,"beats":3}""")]
    [TestCase("""{"renewals":"x","duration":7,"silentFor":true}""")]
    [TestCase("""{"renewals":3,"duration":"-00:00:01"}""")]
    [TestCase("""{"renewals":3,"silentFor":"-00:00:01"}""")]
    [TestCase("[]")]
    public async Task Document_of_another_version_of_the_library_ends_after_a_full_lease(string content)
    {
        await Documents.PutAsync($"{Collection}/other", Encoding.UTF8.GetBytes(content));
        var watcher = NewWatcher(TimeSpan.Zero);
        await watcher.CheckAsync("other", TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(16));
        Assert.That(await watcher.CheckAsync("other", TimeSpan.Zero), Is.EqualTo(ProcessState.Silent));
        _time.Advance(TimeSpan.FromSeconds(15));

        Assert.That(await watcher.CheckAsync("other", TimeSpan.Zero), Is.EqualTo(ProcessState.Dead));
    }

    [Test]
    public async Task Lease_that_is_given_back_is_dead_at_once()
    {
        var owner = await StartOwnerAsync(new Machine(_time));
        var id = owner.Id;

        await owner.DisposeAsync();

        Assert.That(await NewWatcher(TimeSpan.Zero).CheckAsync(id, TimeSpan.Zero), Is.EqualTo(ProcessState.Dead));
        Assert.That(owner.IsTrusted(id), Is.False);
        Assert.That(() => owner.EnsureAsync(default), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Lease_with_work_under_way_is_not_given_back_by_dispose()
    {
        var owner = await StartOwnerAsync(new Machine(_time), isInUse: true);
        var id = owner.Id;

        await owner.DisposeAsync();

        Assert.That(owner.IsTrusted(id), Is.False, "The work stops.");
        Assert.That(await NewWatcher(TimeSpan.Zero).CheckAsync(id, TimeSpan.Zero), Is.EqualTo(ProcessState.Silent), "Its last call may not have ended.");
    }

    private async Task<ProcessLease> StartOwnerAsync(TimeProvider clock, IDocumentStore? documents = null, bool isInUse = false)
    {
        var owner = new ProcessLease(documents ?? Documents, Collection, isShared: true, Lease, clock, () => isInUse, NullLogger.Instance);
        _owners.Add(owner);
        await owner.EnsureAsync(default);
        return owner;
    }

    /// <summary>
    /// A watcher on a machine of its own, whose clock shows anything, and runs a little fast or slow.
    /// </summary>
    private Watcher NewWatcher(TimeSpan now, Random? random = null)
    {
        var machine = new Machine(_time, rate: random is null ? 1 : 0.95 + (random.NextDouble() * 0.15)) { Wall = TimeSpan.FromDays(random?.Next(-1000, 1000) ?? 0) };
        return new Watcher(new ProcessLeaseWatch(Documents, Collection, isShared: true, Lease, machine), now);
    }

    private async Task<ProcessLeaseDocument> ReadAsync(string owner) => ProcessLeaseDocument.Read((await Documents.GetAsync($"{Collection}/{owner}"))!);

    private sealed class Watcher(ProcessLeaseWatch watch, TimeSpan startedAt)
    {
        public TimeSpan StartedAt => startedAt;

        public TimeSpan NextCheck { get; private set; }

        public Task<ProcessState> CheckAsync(string owner, TimeSpan now)
        {
            NextCheck = now + watch.Interval;
            return watch.CheckAsync(owner, records: true, default);
        }
    }

    /// <summary>The true time, which no machine knows.</summary>
    private sealed class MachineTime
    {
        public TimeSpan Elapsed { get; private set; }

        public void Advance(TimeSpan time) => Elapsed += time;
    }

    /// <summary>
    /// The clocks of one machine: a monotonic one with a rate, and a wall clock that shows anything. Its timers never
    /// fire.
    /// </summary>
    private sealed class Machine(MachineTime time, double rate = 1) : TimeProvider
    {
        private static readonly DateTimeOffset Epoch = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
        private TimeSpan _suspended;

        public TimeSpan Wall { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Suspend(TimeSpan length)
        {
            time.Advance(length);
            _suspended += length;
        }

        public override DateTimeOffset GetUtcNow() => Epoch + Wall + (time.Elapsed * rate);

        public override long GetTimestamp() => ((time.Elapsed - _suspended) * rate).Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Documents whose writes have their effect while the response is lost.</summary>
    private sealed class LossyDocuments(IDocumentStore inner) : IDocumentStore
    {
        public bool LosesResponses { get; set; }

        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => inner.GetAsync(name, cancellationToken);

        public async Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
        {
            var etag = await inner.PutAsync(name, content, ifMatch, cancellationToken);
            return LosesResponses ? throw new StorageUnavailableException("The response was lost.") : etag;
        }

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => inner.DeleteAsync(name, ifMatch, cancellationToken);

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
            inner.ListAsync(prefix, after, limit, cancellationToken);

        public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) => inner.ListCollectionsAsync(cancellationToken);
    }
}
