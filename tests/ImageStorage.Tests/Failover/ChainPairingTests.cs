using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

/// <summary>A process whose chain of fallbacks is not the one of the other processes is refused before it writes: what it hands off would be lost (P1, P9).</summary>
internal sealed class ChainPairingTests
{
    private readonly ManualClock _clock = new();
    private readonly List<FailoverProvider> _opened = [];
    private RecordingLogger _logger = null!;
    private TestPart _primary = null!;
    private TestPart _first = null!;
    private TestPart _second = null!;

    [SetUp]
    public void Begin()
    {
        _logger = new RecordingLogger();
        MakeParts();
    }

    private void MakeParts() => (_primary, _first, _second) = (NewPart("Primary"), NewPart("First"), NewPart("Second"));

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var provider in _opened)
        {
            await provider.DisposeAsync();
        }

        _opened.Clear();
    }

    // Two machines with a fallback each: during an outage B would overwrite and delete where A cannot see it, and both would be reconciled in any order.
    [Test]
    public async Task Process_with_a_fallback_of_its_own_is_refused_while_the_primary_answers_and_hands_nothing_off()
    {
        var a = Open(null, _first);
        await SaveAsync(a, "k", 1);
        var b = Open(null, _second);

        var refusal = Refused(() => SaveAsync(b, "k", 2));
        Assert.That(refusal.Message, Does.Contain("First").Or.Contain("Second").And.Contain("must share its fallbacks").And.Contain("ReplaceChain"));
        foreach (var call in (Func<Task>[])[() => b.GetInfoAsync("k"), () => b.DeleteAsync("k"), () => b.GetUsageAsync(), () => b.ReconcileAsync(), () => b.CheckAsync(), () => b.GetStatusAsync(), () => b.Documents.GetAsync("c/d")])
        {
            Refused(call);
        }

        _primary.GoDown();
        Refused(() => SaveAsync(b, "k", 2), isUnavailable: true);
        await SaveAsync(a, "k", 3);
        _primary.ComeBack();
        await a.ReconcileAsync();
        Refused(() => b.ReconcileAsync());

        Assert.That(await a.GetInfoAsync("k"), Is.Not.Null);
        Assert.That(await BytesAsync(a, "k"), Is.EqualTo(Pair.Image(3)));
        Assert.That(await _second.Store.Documents.ListAsync("failover/"), Is.Empty, "Something was handed to the foreign fallback.");
        Assert.That(_logger.Entries.Count(entry => entry.Level == LogLevel.Error && entry.Id.Id == 50), Is.EqualTo(1), "The refusal is logged once, with its reason.");
    }

    [Test]
    public async Task Process_that_starts_while_the_primary_is_down_does_not_use_a_fallback_that_was_never_paired([Values] bool hasChain)
    {
        if (hasChain)
        {
            await SaveAsync(Open(null, _first), "k", 1);
        }

        _primary.GoDown();
        var late = Open(null, _second);

        var failure = await Pair.UnavailableAsync(() => SaveAsync(late, "k", 2));
        Assert.That(failure.Message, Does.Contain("Second is not used yet").And.Contain("belongs to the chain").And.Contain("Primary is down."));
        Assert.That(await _second.Store.Documents.ListAsync("failover/"), Is.Empty);
        Assert.That(await _second.Store.Documents.GetAsync(PairingDocument.OfFallback), Is.Null);

        _primary.ComeBack();
        if (hasChain)
        {
            Refused(() => SaveAsync(late, "k", 2));
        }
        else
        {
            await SaveAsync(late, "k", 2);
            Assert.That(await BytesAsync(late, "k"), Is.EqualTo(Pair.Image(2)));
        }
    }

    [Test]
    public async Task Process_that_starts_while_the_primary_is_down_uses_the_paired_fallback_and_checks_the_primary_when_it_is_back()
    {
        await SaveAsync(Open(null, _first), "k", 1);
        _primary.GoDown();
        var late = Open(null, _first);

        await SaveAsync(late, "k", 2);
        Assert.That(await BytesAsync(late, "k"), Is.EqualTo(Pair.Image(2)));

        // Another process changes the chain while nothing can stop it: the one that has not seen the primary yet must not use it.
        _primary.ComeBack();
        var chain = await ChainAsync();
        await (chain with { Group = Guid.NewGuid().ToString("N"), Members = [chain.Members[0], Guid.NewGuid()] }).TryWriteAsync(_primary.Store.Documents, PairingDocument.OfPrimary, default);
        Refused(() => BytesAsync(late, "other"));
        Refused(() => late.ReconcileAsync());
    }

    [Test]
    public async Task Other_order_and_other_number_are_refused_and_named([Values("reordered", "added", "removed")] string change)
    {
        await SaveAsync(Open(null, _first, _second), "k", 1);

        var other = change switch { "reordered" => Open(null, _second, _first), "added" => Open(null, _first, _second, NewPart("Third")), _ => Open(null, _first) };

        Assert.That(Refused(() => other.GetInfoAsync("k")).Message, Does.Contain(change switch { "reordered" => "another order", "added" => "it has 2 fallback(s), not 3", _ => "it has 2 fallback(s), not 1" }));

        // Without the primary the fallbacks know it, too.
        _primary.GoDown();
        var late = change switch { "reordered" => Open(null, _second, _first), "added" => Open(null, _first, _second, NewPart("Third")), _ => Open(null, _first) };
        Refused(() => SaveAsync(late, "k", 2));
    }

    [Test]
    public async Task Chain_is_replaced_on_purpose_once_no_hints_are_left_and_the_processes_of_the_old_chain_are_stopped([Values("reordered", "added", "removed", "new disk")] string change)
    {
        var old = Open(null, _first, _second);
        await SaveAsync(old, "k", 1);
        _primary.GoDown();
        await SaveAsync(old, "k", 2);
        _primary.ComeBack();
        var id = (await ChainAsync()).Group;
        FailoverProvider New() => change switch
        {
            "reordered" => Open(id, _second, _first),
            "added" => Open(id, _first, _second, NewPart("Third")),
            "removed" => Open(id, _first),
            _ => Open(id, _first, NewPart("Second")),
        };

        Assert.That(Refused(() => New().GetInfoAsync("k")).Message, Does.Contain("the fallback First has hints"));
        await old.ReconcileAsync();
        var replaced = New();
        await SaveAsync(replaced, "k", 3);

        Assert.That((await ChainAsync()).Group, Is.Not.EqualTo(id));
        Refused(() => old.ReconcileAsync());
        Refused(() => SaveAsync(old, "k", 4));
        Assert.That(await BytesAsync(replaced, "k"), Is.EqualTo(Pair.Image(3)));

        // The setting may stay where it is: it names a chain that is not there any more.
        Refused(() => Open(id, NewPart("Third")).GetInfoAsync("k"));
    }

    [Test]
    public async Task Fallback_of_another_primary_is_refused_and_can_be_given_to_a_primary_that_replaces_it()
    {
        var store = Open(null, _first);
        await SaveAsync(store, "k", 1);
        _primary.GoDown();
        await SaveAsync(store, "k", 2);
        var id = (await ChainAsync()).Group;
        _primary = NewPart("Primary");

        Assert.That(Refused(() => SaveAsync(Open(null, _first), "k", 3)).Message, Does.Contain("belongs to another primary").And.Contain(id));
        Assert.That(await _primary.Store.Documents.GetAsync(PairingDocument.OfPrimary), Is.Null, "A chain was recorded that cannot be used.");

        var heir = Open(id, _first);
        await heir.ReconcileAsync();
        Assert.That(await BytesAsync(heir, "k"), Is.EqualTo(Pair.Image(2)));
    }

    [Test]
    public async Task Fallback_that_comes_back_with_writes_of_an_earlier_chain_is_refused()
    {
        var store = Open(null, _first, _second);
        await SaveAsync(store, "k", 1);
        _primary.GoDown();
        _first.GoDown();
        await SaveAsync(store, "k", 2);
        _primary.ComeBack();
        _first.ComeBack();
        await SaveAsync(Open((await ChainAsync()).Group, _first), "other", 1);

        Assert.That(Refused(() => Open(ChainAsync().GetAwaiter().GetResult().Group, _first, _second).GetInfoAsync("k")).Message, Does.Contain("the fallback Second has hints"));

        // Its hints are replayed to an empty primary of its own, as the documentation says.
        var claim = await PairingDocument.ReadAsync(_second.Store.Documents, PairingDocument.OfFallback, "Second", default);
        _primary = NewPart("Rescue");
        Assert.That(Refused(() => Open(null, _second).GetInfoAsync("k")).Message, Does.Contain(claim!.Group));
        var rescue = Open(claim.Group, _second);
        await rescue.ReconcileAsync();
        Assert.That(await BytesAsync(rescue, "k"), Is.EqualTo(Pair.Image(2)));
    }

    // Known by where the process reaches it: its identity cannot be read while it is down.
    [Test]
    public async Task Process_that_reaches_its_primary_at_another_place_does_not_take_the_fallback_of_that_one_while_it_is_down()
    {
        await SaveAsync(OpenAt("/one"), "k", 1);
        var other = new TestPart("Primary", _clock, isShared: true);
        other.GoDown();
        var keep = _primary;
        _primary = other;

        var failure = await Pair.UnavailableAsync(() => SaveAsync(OpenAt("/two"), "k", 2));
        Assert.That(failure.Message, Does.Contain("First is not used yet"));

        _primary = keep;
        await SaveAsync(OpenAt("/two"), "k", 3);
        _primary.GoDown();
        await SaveAsync(OpenAt("/two"), "k", 4);
        await SaveAsync(OpenAt("/one"), "k", 5);
        Assert.That((await _first.Store.Documents.GetAsync(PairingDocument.OfFallback))!.Content.ToArray(), Has.Length.LessThan(1000));
        Assert.That(System.Text.Encoding.UTF8.GetString((await _first.Store.Documents.GetAsync(PairingDocument.OfFallback))!.Content.Span), Does.Not.Contain("/one"), "A path is stored.");
    }

    [Test]
    public async Task Process_that_ends_at_any_moment_of_the_pairing_leaves_it_to_the_next_one()
    {
        for (var at = 0; ; at++)
        {
            MakeParts();
            var calls = 0;
            Interrupt(_ => calls++ == at ? new ProcessEndedException() : null);
            var hasEnded = false;
            try
            {
                await Open(null, _first, _second).CheckAsync();
            }
            catch (ProcessEndedException)
            {
                hasEnded = true;
            }

            Interrupt(_ => null);
            await SaveAsync(Open(null, _first, _second), "k", 1);
            _primary.GoDown();
            await SaveAsync(Open(null, _first, _second), "k", 2);
            foreach (var part in (TestPart[])[_first, _second])
            {
                Assert.That((await PairingDocument.ReadAsync(part.Store.Documents, PairingDocument.OfFallback, part.Name, default))?.Group, Is.EqualTo((await ChainAsync()).Group), $"It ended at moment {at}.");
            }

            if (!hasEnded)
            {
                Assert.That(at, Is.GreaterThan(10));
                return;
            }
        }
    }

    [Test]
    public async Task Another_process_with_the_same_chain_at_any_moment_of_the_pairing_is_no_reason_to_refuse()
    {
        for (var at = 0; ; at++)
        {
            MakeParts();
            var (calls, other) = (0, Open(null, _first, _second));
            Interrupt(_ =>
            {
                Assert.That(calls++ != at || SaveAsync(other, "b", 2).IsCompletedSuccessfully, Is.True, "The store is in memory, so it is done when the call returns.");
                return null;
            });

            var own = Open(null, _first, _second);
            await SaveAsync(own, "a", 1);
            Interrupt(_ => null);

            if (calls <= at)
            {
                Assert.That(at, Is.GreaterThan(10));
                return;
            }

            Assert.That(await BytesAsync(own, "b"), Is.EqualTo(Pair.Image(2)), $"It came at moment {at}.");
            Assert.That(await BytesAsync(other, "a"), Is.EqualTo(Pair.Image(1)));
        }
    }

    // Of two processes with different chains on a new primary one is refused, whenever it comes, and its fallback stays free.
    [Test]
    public async Task Another_process_with_another_chain_at_any_moment_of_the_pairing_leaves_one_of_the_two()
    {
        for (var at = 0; ; at++)
        {
            MakeParts();
            var (calls, isOtherRefused) = (0, false);
            Interrupt(_ =>
            {
                if (calls++ == at)
                {
                    var saved = SaveAsync(Open(null, _second), "b", 2);
                    isOtherRefused = saved.IsFaulted;
                    Assert.That(saved.IsCompletedSuccessfully || saved.Exception!.InnerException is StorageNotSupportedException, Is.True, $"{saved.Exception}");
                }

                return null;
            });

            var own = SaveAsync(Open(null, _first), "a", 1);
            Interrupt(_ => null);
            if (calls <= at)
            {
                Assert.That(at, Is.GreaterThan(10));
                return;
            }

            Assert.That(own.IsFaulted, Is.Not.EqualTo(isOtherRefused), $"It came at moment {at}.");
            var loser = isOtherRefused ? _second : _first;
            Assert.That(await loser.Store.Documents.GetAsync(PairingDocument.OfFallback), Is.Null, "The fallback of the refused process claims to belong to the primary.");
            Assert.That(own.Exception?.InnerException, Is.Null.Or.TypeOf<StorageNotSupportedException>());
        }
    }

    [Test]
    public async Task Concurrent_first_saves_of_several_processes_all_succeed([Range(1, 10)] int round)
    {
        var processes = Enumerable.Range(0, 4).Select(_ => Open(null, _first, _second)).ToList();

        await Testing.NUnit.Threads.RunAsync(200, caller => SaveAsync(processes[caller % 4], $"{round}/{caller}", caller));

        Assert.That((await _primary.Store.GetUsageAsync()).Count, Is.EqualTo(200));
    }

    [Test]
    public async Task Call_of_a_healthy_store_reads_no_document_of_the_chain()
    {
        var store = Open(null, _first);
        await SaveAsync(store, "a", 1);
        var documents = 0;
        Interrupt(call =>
        {
            documents += $"{call.Operation}".EndsWith("Document", StringComparison.Ordinal) ? 1 : 0;
            return null;
        });

        await SaveAsync(store, "a", 2);
        await BytesAsync(store, "a");
        await store.DeleteAsync("a");

        Assert.That(documents, Is.Zero);
    }

    [TestCase("rubbish", typeof(StorageCorruptedException))]
    [TestCase("""{ "format": 1 }""", typeof(StorageCorruptedException))]
    [TestCase("""{ "format": 2, "group": "x" }""", typeof(StorageNotSupportedException))]
    public async Task Record_that_cannot_be_read_or_is_newer_is_refused(string record, Type failure)
    {
        await _primary.Store.Documents.PutAsync(PairingDocument.OfPrimary, System.Text.Encoding.UTF8.GetBytes(record));

        Assert.That(async () => await Open(null, _first).GetInfoAsync("a"), Throws.TypeOf(failure).With.Message.Contains("Primary"));
    }

    private static Task<ImageInfo> SaveAsync(FailoverProvider provider, ImageKey key, int seed) => new ImageStorageManager(provider).SaveBytesAsync(key, Pair.Image(seed));

    private static Task<byte[]?> BytesAsync(FailoverProvider provider, ImageKey key) => new ImageStorageManager(provider).GetBytesAsync(key);

    private static ImageStorageException Refused(Func<Task> call, bool isUnavailable = false)
    {
        try
        {
            call().GetAwaiter().GetResult();
        }
        catch (ImageStorageException exception) when (exception is StorageNotSupportedException || (isUnavailable && exception is StorageUnavailableException))
        {
            return exception;
        }

        throw new AssertionException("The call succeeded.");
    }

    private TestPart NewPart(string name) => new(name, _clock, isShared: true);

    private FailoverProvider Open(string? replaces, params TestPart[] fallbacks) => Open(_primary.Open(), replaces, fallbacks);

    private FailoverProvider OpenAt(string location) => Open(new Located(_primary.Open(), location), null, _first);

    private FailoverProvider Open(IImageProvider primary, string? replaces, params TestPart[] fallbacks)
    {
        var options = new FailoverOptions { ReconcileInterval = null, Lease = TimeSpan.Zero, ReplaceChain = replaces };
        var provider = new FailoverProvider(primary, [.. fallbacks.Select(part => part.Open())], options, _clock, new StorageEventQueue([], NullLogger.Instance), _logger);
        lock (_opened)
        {
            _opened.Add(provider);
        }

        return provider;
    }

    private async Task<PairingDocument> ChainAsync() => (await PairingDocument.ReadAsync(_primary.Store.Documents, PairingDocument.OfPrimary, "Primary", default))!;

    private void Interrupt(Func<ProviderCall, Exception?> at)
    {
        foreach (var part in (TestPart[])[_primary, _first, _second])
        {
            part.Fault = at;
        }
    }

    private sealed class Located(IImageProvider inner, string location) : DelegatingImageProvider(inner), IStoreLocationProvider
    {
        public IReadOnlyList<string> Locations { get; } = [location];
    }
}
