using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using ImageStorage.Instrumentation;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace ImageStorage.Tests.Layers;

/// <summary>Every call, those of documents and of abilities too, goes through one method. A new member or ability is found by reflection.</summary>
public class InterceptingImageProviderTests
{
    private static readonly Type[] Contracts =
    [
        typeof(IImageProvider), typeof(IDocumentStore), typeof(IAtomicProvider), typeof(IVersionKeeper), typeof(ICopyProvider), typeof(IReadUrlProvider), typeof(IStorageTierProvider), typeof(ISweepableProvider),
        typeof(IVerifiableProvider),
    ];

    private static IEnumerable<TestCaseData> Calls() =>
        from contract in Contracts
        from member in contract.GetMethods()
        where !member.IsGenericMethod && !member.IsSpecialName
        select new TestCaseData(contract, member).SetArgDisplayNames(contract.Name, member.Name);

    [TestCaseSource(nameof(Calls))]
    public async Task Call_is_intercepted_and_passed_on_with_its_arguments(Type contract, MethodInfo member)
    {
        var able = new Able(contract);
        await using var layer = new Recording(able);
        object?[] arguments = [.. member.GetParameters().Select(parameter => ArgumentFor(parameter))];

        var answer = member.Invoke(TargetOf(layer, contract), arguments);
        if (answer is IAsyncEnumerable<VerificationItem> items)
        {
            await items.GetAsyncEnumerator().MoveNextAsync();
        }
        else
        {
            await (Task)answer!;
        }

        Assert.That(layer.Calls, Has.Count.EqualTo(1));
        Assert.That(layer.Calls[0].Key, member.GetParameters().Any(parameter => parameter.ParameterType == typeof(ImageKey) || parameter.ParameterType == typeof(PutRequest) || parameter.ParameterType == typeof(CopyRequest)) ? Is.EqualTo(Key) : Is.Null);
        var passedOn = able.Mock.Invocations.Where(invocation => invocation.Method == member).ToList();
        Assert.That(passedOn, Has.Count.EqualTo(1));
        Assert.That(passedOn[0].Arguments, Is.EqualTo(arguments));
    }

    // Two calls with one name would hide one of them from a fault or a measurement.
    [Test]
    public async Task Every_call_has_an_operation_of_its_own()
    {
        var operations = new List<ProviderOperation>();
        foreach (var call in Calls())
        {
            await using var layer = new Recording(new Able((Type)call.Arguments[0]!));
            var member = (MethodInfo)call.Arguments[1]!;
            if (member.Invoke(TargetOf(layer, (Type)call.Arguments[0]!), [.. member.GetParameters().Select(parameter => ArgumentFor(parameter))]) is IAsyncEnumerable<VerificationItem> items)
            {
                await items.GetAsyncEnumerator().MoveNextAsync();
            }

            operations.Add(layer.Calls.Single().Operation);
        }

        Assert.That(operations.Append(ProviderOperation.EnsureNoHints), Is.EquivalentTo(Enum.GetValues<ProviderOperation>()));
    }

    [Test]
    public async Task Calls_to_the_primary_of_a_failover_are_intercepted()
    {
        var primary = new InMemoryImageProvider();
        await using var layer = new Recording(new Routed(primary));

        var route = layer.GetAbility<IPrimaryRoute>()!;
        await route.EnsureNoHintsAsync([Key], default);
        await route.Primary.GetInfoAsync(Key);
        await route.Primary.Documents.GetAsync("a/b");
        await route.Primary.GetAbility<IAtomicProvider>()!.CommitAsync([]);

        Assert.That(layer.Calls.Select(call => call.Operation), Is.EqualTo(new[] { ProviderOperation.EnsureNoHints, ProviderOperation.GetInfo, ProviderOperation.GetDocument, ProviderOperation.Commit }));
    }

    [Test]
    public async Task Route_to_the_primary_passes_on_the_abilities_that_the_layer_passes_on([Values] bool isWriteLayer)
    {
        var routed = new Routed(new Cloneable());
        await using DelegatingImageProvider layer = isWriteLayer ? new PassingWrites(routed) : new PassingCalls(routed);

        Assert.That(layer.GetAbility<IPrimaryRoute>()!.Primary.GetAbility<ICloneable>(), Is.Not.Null);
    }

    // After a failure, an enumerator says that it is at its end.
    [Test]
    public async Task Verification_that_breaks_off_never_looks_complete()
    {
        await using var layer = new Repeating(new BreakingOff());
        var found = 0;

        Assert.That(
            async () =>
            {
                await foreach (var item in layer.GetAbility<IVerifiableProvider>()!.VerifyAsync())
                {
                    found++;
                }
            },
            Throws.TypeOf<StorageUnavailableException>());

        Assert.That(found, Is.EqualTo(1));
    }

    // The arguments are passed as state, so that a call without a listener costs no allocation.
    [Test]
    public void Synchronous_call_through_the_instrumentation_allocates_nothing()
    {
        using var layer = new InstrumentationProvider(new Completed(), NullLogger.Instance);
        var allocated = long.MaxValue;
        for (var i = 0; i < 1000 && allocated > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = layer.GetInfoAsync(Key);
            _ = layer.DeleteAsync(Key);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(allocated, Is.Zero);
    }

    private static readonly ImageKey Key = "a/b.png";

    private static object TargetOf(Recording layer, Type contract) =>
        contract == typeof(IImageProvider) ? layer
        : contract == typeof(IDocumentStore) ? layer.Documents
        : typeof(IImageProvider).GetMethod(nameof(IImageProvider.GetAbility))!.MakeGenericMethod(contract).Invoke(layer, null)!;

    private static object? ArgumentFor(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(ImageKey) => Key,
        var type when type == typeof(PutRequest) => new PutRequest { Key = Key, Content = null!, ContentType = "image/png", Width = 1, Height = 1 },
        var type when type == typeof(CopyRequest) => new CopyRequest { Source = "source.png", SourceETag = new ImageETag("v"), Target = Key },
        var type when type == typeof(DocumentName) => new DocumentName("a/b"),
        var type when type == typeof(string) => parameter.Name == "after" ? null : "a/",
        var type when type == typeof(IReadOnlyList<AtomicWrite>) => ImmutableArray<AtomicWrite>.Empty,
        var type when type == typeof(ImageETag) => new ImageETag("v"),
        { IsValueType: true } type => Activator.CreateInstance(type),
        _ => null,
    };

    /// <summary>A provider with a mock of one contract.</summary>
    private sealed class Able : DelegatingImageProvider
    {
        private readonly Type _contract;

        public Able(Type contract)
            : this(contract, (Mock)Activator.CreateInstance(typeof(Mock<>).MakeGenericType(contract))!)
        {
        }

        private Able(Type contract, Mock mock)
            : base(contract == typeof(IImageProvider) ? (IImageProvider)mock.Object : new InMemoryImageProvider())
        {
            (_contract, Mock) = (contract, mock);
            mock.DefaultValue = contract == typeof(IVerifiableProvider) ? DefaultValue.Mock : DefaultValue.Empty;
        }

        public Mock Mock { get; }

        public override IDocumentStore Documents => _contract == typeof(IDocumentStore) ? (IDocumentStore)Mock.Object : base.Documents;

        public override TAbility? GetAbility<TAbility>()
            where TAbility : class => Mock.Object as TAbility;
    }

    private sealed class Cloneable() : DelegatingImageProvider(new InMemoryImageProvider()), ICloneable
    {
        public object Clone() => this;
    }

    private sealed class PassingWrites(IImageProvider inner) : WriteLayer(inner)
    {
        protected override bool PassesOn(Type ability) => ability == typeof(ICloneable) || base.PassesOn(ability);
    }

    private sealed class PassingCalls(IImageProvider inner) : InterceptingImageProvider(inner)
    {
        protected override bool PassesOn(Type ability) => ability == typeof(ICloneable) || base.PassesOn(ability);

        protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) =>
            proceed(state, cancellationToken);
    }

    private sealed class Routed(IImageProvider primary) : DelegatingImageProvider(primary), IPrimaryRoute
    {
        public IImageProvider Primary => Inner;

        public bool IsPassedOver => false;

        public void ReportFailedWrite(StorageUnavailableException failure)
        {
        }

        public Task EnsureNoHintsAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>A provider that completes synchronously.</summary>
    private sealed class Completed() : DelegatingImageProvider(new InMemoryImageProvider())
    {
        private readonly Task<ImageInfo?> _none = Task.FromResult<ImageInfo?>(null);
        private readonly Task<bool> _false = Task.FromResult(false);

        public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => _none;

        public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => _false;
    }

    private sealed class BreakingOff() : DelegatingImageProvider(new InMemoryImageProvider()), IVerifiableProvider
    {
        public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return new VerificationItem { Status = VerificationStatus.Sound, Name = "a" };
            await Task.Yield();
            throw new StorageUnavailableException("down");
        }
    }

    /// <summary>Makes each failed call a second time.</summary>
    private sealed class Repeating(IImageProvider inner) : InterceptingImageProvider(inner)
    {
        protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
        {
            try
            {
                return await proceed(state, cancellationToken);
            }
            catch (StorageUnavailableException)
            {
                return await proceed(state, cancellationToken);
            }
        }
    }

    private sealed class Recording(IImageProvider inner) : InterceptingImageProvider(inner)
    {
        public List<InterceptedCall> Calls { get; } = [];

        protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
        {
            Calls.Add(intercepted);
            return proceed(state, cancellationToken);
        }
    }
}
