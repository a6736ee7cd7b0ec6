using System.Text;
using ImageStorage.Coordination;
using ImageStorage.Gate;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace ImageStorage.Tests.Gate;

/// <summary>P9 during a rolling deploy: when the requirements of a store are read, and which writes they refuse.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WriteGateTests
{
    private static readonly KnownRequirement App = new("series.app", 2);
    private readonly FakeTimeProvider _clock = new();
    private readonly InMemoryImageProvider _store = new();
    private readonly Mock<IPrimaryRoute> _route = new();
    private readonly FaultInjectingProvider _provider;
    private Exception? _fault;
    private int _reads;

    public WriteGateTests() => _provider = new FaultInjectingProvider(_store, call => call is { Operation: ProviderOperation.GetDocument, HasTakenEffect: false } && ++_reads > 0 ? _fault : null);

    [TearDown]
    public ValueTask CloseAsync() => _provider.DisposeAsync();

    [Test]
    public async Task Store_without_requirements_is_read_once_per_third_of_a_lease()
    {
        var gate = NewGate();
        Assert.That(gate.IsOpen, Is.False, "It was not read yet.");

        await gate.EnsureOpenAsync(true, default);
        _clock.Advance(TimeSpan.FromSeconds(9.999));
        await gate.EnsureOpenAsync(true, default);
        Assert.That((gate.IsOpen, _reads), Is.EqualTo((true, 1)));
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.That(gate.IsOpen, Is.False);
        await gate.EnsureOpenAsync(true, default);

        Assert.That((gate.IsOpen, _reads), Is.EqualTo((true, 2)));
    }

    [Test]
    public async Task Requirement_closes_the_gate_within_a_third_of_a_lease_and_a_new_build_opens_it()
    {
        var (old, current) = (NewGate(), NewGate(App));
        await old.EnsureOpenAsync(true, default);
        await StoreRequirements.RequireAsync(_store.Documents, App, default);
        await old.EnsureOpenAsync(true, default);
        _clock.Advance(StoreRequirements.Lease / 3);

        Assert.That(async () => await old.EnsureOpenAsync(true, default), Throws.TypeOf<StorageNotSupportedException>().With.Message.EqualTo(
            "The store in Memory requires 'series.app' in version 2 (unknown to this build) of every process that writes. Update this application, or the package of the library, to a build that knows the requirement. This process writes nothing to the store until then; reads continue."));
        Assert.That(() => old.EnsureOpenAsync(true, default).AsTask(), Throws.TypeOf<StorageNotSupportedException>(), "Also without another read.");
        await current.EnsureOpenAsync(true, default);
        Assert.That(current.IsOpen, Is.True);
    }

    [TestCase("""{"format":1,"requirements":{}}""", null)]
    [TestCase("""{"format":1,"requirements":{"library":1,"series.app":1}}""", null)]
    [TestCase("""{"format":1,"requirements":{"series.app":2},"later":1}""", null)]
    [TestCase("""{"format":1,"requirements":{"series.app":3}}""", "'series.app' in version 3 (this build knows 2)")]
    [TestCase("""{"format":1,"requirements":{"library":2,"encryption":1}}""", "'encryption' in version 1 (unknown to this build) and 'library' in version 2 (this build knows 1)")]
    [TestCase("""{"format":2}""", "Update the package")]
    public async Task Build_writes_if_it_knows_all_requirements(string content, string? refusal)
    {
        await _store.Documents.PutAsync(StoreRequirements.Name, Encoding.UTF8.GetBytes(content));

        if (refusal is null)
        {
            await NewGate(App).EnsureOpenAsync(true, default);
        }
        else
        {
            Assert.That(async () => await NewGate(App).EnsureOpenAsync(true, default), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains(refusal));
        }
    }

    [TestCase("")]
    [TestCase("no json")]
    [TestCase("""{"format":1}""")]
    [TestCase("""{"format":1,"requirements":{"a":"1"}}""")]
    public async Task Damaged_requirements_refuse_writes(string content)
    {
        await _store.Documents.PutAsync(StoreRequirements.Name, Encoding.UTF8.GetBytes(content));

        Assert.That(async () => await NewGate().EnsureOpenAsync(true, default), Throws.TypeOf<StorageCorruptedException>().With.Message.Contains("Restore the document").And.Property("Provider").EqualTo("Memory"));
    }

    [Test]
    public void Document_that_the_provider_finds_damaged_refuses_writes()
    {
        _fault = new StorageCorruptedException("The hash is wrong.");

        Assert.That(async () => await NewGate().EnsureOpenAsync(true, default), Throws.TypeOf<StorageCorruptedException>().With.Message.Contains("The hash is wrong. Delete the document only if no migration has ever run"));
    }

    [Test]
    public async Task Unavailable_document_leaves_the_last_known_answer([Values] bool isClosed)
    {
        if (isClosed)
        {
            await StoreRequirements.RequireAsync(_store.Documents, App, default);
        }

        var gate = NewGate();
        await TryAsync(gate);
        _fault = new StorageUnavailableException("away");
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.That(await TryAsync(gate), Is.EqualTo(!isClosed));
        _route.Verify(route => route.ReportFailedWrite((StorageUnavailableException)_fault), Times.Once);
        _fault = null;
        var before = _reads;
        Assert.That((await TryAsync(gate), _reads), Is.EqualTo((!isClosed, before + 1)), "The first write after the outage reads again.");
    }

    [Test]
    public async Task Store_whose_document_was_never_available_requires_nothing()
    {
        _fault = new StorageUnavailableException("away");

        await NewGate().EnsureOpenAsync(true, default);
    }

    [Test]
    public async Task Document_without_permission_refuses_writes_until_it_can_be_read()
    {
        await using var provider = new FaultInjectingProvider(_store, call => call is { Operation: ProviderOperation.GetDocument, HasTakenEffect: false } && call.Name == StoreRequirements.Name.Value ? _fault : null);
        var gate = new WriteGate(provider.Documents, _route.Object, new Dictionary<string, int>(), "Memory", _clock);
        await gate.EnsureOpenAsync(true, default);
        _fault = new StorageUnavailableException("Access was refused.", isTransient: false);
        _clock.Advance(StoreRequirements.Lease / 3);

        Assert.That(async () => await gate.EnsureOpenAsync(true, default), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("Access was refused. Permit this process to read the document 'store/requirements'"));
        _route.Verify(route => route.ReportFailedWrite(It.IsAny<StorageUnavailableException>()), Times.Never);
        _fault = null;
        _clock.Advance(StoreRequirements.Lease / 3);

        Assert.That(await TryAsync(gate), Is.True);
    }

    // The credentials have expired: the failover writes to the fallback.
    [Test]
    public async Task Primary_without_any_permission_is_an_outage()
    {
        _fault = new StorageUnavailableException("Access was refused.", isTransient: false);

        await NewGate().EnsureOpenAsync(true, default);

        _route.Verify(route => route.ReportFailedWrite((StorageUnavailableException)_fault), Times.Once);
    }

    [Test]
    public async Task While_writes_pass_the_primary_over_only_writes_that_ask_the_primary_read()
    {
        var gate = NewGate();
        _route.Setup(route => route.IsPassedOver).Returns(true);

        await gate.EnsureOpenAsync(false, default);
        Assert.That(_reads, Is.Zero);
        await gate.EnsureOpenAsync(true, default);
        Assert.That(_reads, Is.EqualTo(1));
    }

    [Test]
    public async Task Many_first_writes_cause_one_read_and_a_caller_that_cancels_does_not_cancel_it()
    {
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var documents = new Mock<IDocumentStore>();
        documents.Setup(store => store.GetAsync(StoreRequirements.Name, It.IsAny<CancellationToken>())).Returns(async () =>
        {
            Interlocked.Increment(ref _reads);
            await mayAnswer.Task;
            return null;
        });
        var gate = new WriteGate(documents.Object, null, new Dictionary<string, int>(), "Memory", _clock);
        using var cancellation = new CancellationTokenSource();

        var cancelled = gate.EnsureOpenAsync(true, cancellation.Token).AsTask();
        var writes = Enumerable.Range(0, 200).Select(_ => gate.EnsureOpenAsync(true, default).AsTask()).ToList();
        await cancellation.CancelAsync();
        Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>());
        mayAnswer.SetResult();
        await Task.WhenAll(writes);

        Assert.That(_reads, Is.EqualTo(1));
    }

    [Test]
    public async Task Requirements_are_raised_and_never_lowered_and_200_callers_lose_none()
    {
        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => StoreRequirements.RequireAsync(_store.Documents, new KnownRequirement($"series.{i % 10}", i), default)));
        await StoreRequirements.RequireAsync(_store.Documents, new KnownRequirement("series.1", 1), default);

        var document = StoreRequirements.Read((await _store.Documents.GetAsync(StoreRequirements.Name))!);
        Assert.That(document.Requirements.OrderBy(required => required.Key).Select(required => required.Value), Is.EqualTo(new[] { 200 }.Concat(Enumerable.Range(191, 9))));
    }

    private WriteGate NewGate(params KnownRequirement[] known) =>
        new(_provider.Documents, _route.Object, known.Append(KnownRequirement.Library).ToDictionary(one => one.Name, one => one.Version), "Memory", _clock);

    private static async Task<bool> TryAsync(WriteGate gate)
    {
        try
        {
            await gate.EnsureOpenAsync(true, default);
            return true;
        }
        catch (StorageNotSupportedException)
        {
            return false;
        }
    }
}
