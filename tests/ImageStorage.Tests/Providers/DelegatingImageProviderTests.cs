using System.Reflection;
using ImageStorage.Caching;
using ImageStorage.Coordination;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Failover;
using ImageStorage.Gate;
using ImageStorage.Hybrid;
using ImageStorage.Instrumentation;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace ImageStorage.Tests.Providers;

/// <summary>Every decorator of the core hands every member on, with the same arguments, and the answer back. A new decorator is found by reflection.</summary>
public class DelegatingImageProviderTests
{
    private static IEnumerable<TestCaseData> Members() =>
        from decorator in typeof(DelegatingImageProvider).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DelegatingImageProvider)) && !type.IsAbstract).Append(typeof(PlainLayer))
        from member in new[] { typeof(IImageProvider), typeof(IAsyncDisposable), typeof(IDisposable) }.SelectMany(type => type.GetMethods())
        where !member.IsGenericMethod
        // The documents of these layers are decorators of their own: ResilienceProviderTests and InterceptingImageProviderTests look at them.
        where (decorator != typeof(ResilienceProvider) && (!decorator.IsSubclassOf(typeof(InterceptingImageProvider)) || decorator == typeof(CatalogPart))) || member.Name != "get_Documents"
        // Before its first write it reads the requirements, and its documents are a decorator of their own: GateProviderTests look at that.
        where decorator != typeof(GateProvider) || member.Name is not (nameof(IImageProvider.PutAsync) or nameof(IImageProvider.UpdateAsync) or nameof(IImageProvider.DeleteAsync) or "get_Documents")
        // It reads the whole image, once for all who ask, whatever part of it each of them wants: ReadingTests and StampedeTests look at that.
        where decorator != typeof(CachingProvider) || member.Name != nameof(IImageProvider.OpenReadAsync)
        // It reads the retained version in place of the image: LayerConformance looks at that.
        where decorator.Name != "RetainedView" || member.Name is not (nameof(IImageProvider.OpenReadAsync) or nameof(IImageProvider.GetInfoAsync))
        select new TestCaseData(decorator, member).SetArgDisplayNames(decorator.DeclaringType is { } outer ? $"{outer.Name}.{decorator.Name}" : decorator.Name, member.Name);

    [TestCaseSource(nameof(Members))]
    public async Task Decorator_forwards_the_member(Type decorator, MethodInfo member)
    {
        var inner = new Mock<IImageProvider> { DefaultValue = DefaultValue.Empty };
        inner.Setup(provider => provider.Name).Returns("Inner");
        inner.Setup(provider => provider.Capabilities).Returns(Capabilities);
        using var cancellation = new CancellationTokenSource();
        var layer = Create(decorator, inner.Object);
        object?[] arguments = [.. member.GetParameters().Select(parameter => ArgumentFor(parameter, cancellation.Token))];
        inner.Invocations.Clear();

        var answer = member.Invoke(layer, arguments);
        if (answer is Task task)
        {
            await task;
        }

        var calls = inner.Invocations.Where(invocation => invocation.Method == member).ToList();
        Assert.That(calls, Has.Count.EqualTo(1), $"{decorator.Name} did not forward {member.Name} once.");
        // A layer that limits the time hands on a token of its own, which the caller's cancels, and a content that it watches.
        Assert.That(calls[0].Arguments.Select(Comparable), Is.EqualTo(arguments.Select(Comparable)), "Other arguments were forwarded.");
        object? Comparable(object? argument) => decorator != typeof(ResilienceProvider) ? argument : argument switch
        {
            CancellationToken token => token.CanBeCanceled,
            PutRequest request => request with { Content = null! },
            _ => argument,
        };
        // A task without a result may be a task of anything.
        Assert.That(member.ReturnType == typeof(Task) ? null : ResultOf(answer), member.ReturnType == typeof(Task) ? Is.Null : Is.EqualTo(ResultOf(calls[0].ReturnValue)), "Another answer came back.");
    }

    [Test]
    public void ToString_shows_the_layers_from_the_outside_in()
    {
        using var layer = new PlainLayer(new PlainLayer(new ImageStorage.Providers.InMemoryImageProvider()));

        Assert.That(layer.ToString(), Is.EqualTo("PlainLayer(PlainLayer(InMemory))"));
    }

    [Test]
    public void Layer_around_nothing_is_a_mistake() => Assert.That(() => new PlainLayer(null!), Throws.ArgumentNullException);

    private static readonly ProviderCapabilities Capabilities = new() { MaxMetadataBytes = 1, NativeOrders = [], RangeRead = true, MultiProcess = true, Durable = true };

    // Of a chain that is in use: before that, a member looks at its own documents first.
    private static ChainPairing VerifiedPairing()
    {
        var pairing = new ChainPairing([("One", new ImageStorage.Providers.InMemoryImageProvider()), ("Other", new ImageStorage.Providers.InMemoryImageProvider())], null, NullLogger.Instance);
        Assert.That(pairing.EnsureAllAsync(default).GetAwaiter().GetResult(), Is.Null);
        return pairing;
    }

    private static object Create(Type decorator, IImageProvider inner)
    {
        var constructor = decorator.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).First();
        object?[] arguments =
        [
            .. constructor.GetParameters().Select(parameter => parameter.ParameterType switch
            {
                var type when type == typeof(IImageProvider) => (object?)inner,
                var type when type == typeof(WriteLayer) => new PlainWriteLayer(inner),
                var type when type == typeof(InterceptingImageProvider) => new PlainInterceptor(inner),
                var type when type == typeof(ReplicaHealth) => new ReplicaHealth("Replica", TimeSpan.FromSeconds(1), TimeProvider.System),
                var type when type == typeof(ChainPairing) => VerifiedPairing(),
                var type when type == typeof(string) => "text",
                var type when type == typeof(CacheServices) || type == typeof(CorruptionReporter) || type == typeof(PartRecorder) => null,
                var type when type == typeof(IVersionKeeper) => Mock.Of<IVersionKeeper>(),
                var type when type == typeof(ILogger) => NullLogger.Instance,
                var type when type == typeof(IStorageEventSink) => Mock.Of<IStorageEventSink>(sink => sink.IsEnabled),
                var type when type == typeof(TimeProvider) => TimeProvider.System,
                var type when type == typeof(IEnumerable<KnownRequirement>) => Array.Empty<KnownRequirement>(),
                var type => Activator.CreateInstance(type) ?? throw new NotSupportedException($"Teach this test to make a {type} for {decorator.Name}."),
            }),
        ];
        return constructor.Invoke(arguments);
    }

    private static object? ArgumentFor(ParameterInfo parameter, CancellationToken token) => parameter.ParameterType switch
    {
        var type when type == typeof(CancellationToken) => token,
        var type when type == typeof(ImageKey) => new ImageKey("a/b.png"),
        var type when type == typeof(GetOptions) => new GetOptions { Range = new ByteRange(1, 2) },
        var type when type == typeof(DeleteOptions) => new DeleteOptions { Precondition = new IfMatch(new ImageETag("v")) },
        var type when type == typeof(RecordUpdate) => new RecordUpdate { FileName = "f" },
        var type when type == typeof(ImageQuery) => new ImageQuery { Limit = 7 },
        var type when type == typeof(PutRequest) => new PutRequest { Key = "a/b.png", Content = Mock.Of<ImageContent>(), ContentType = "image/png", Width = 1, Height = 1 },
        var type => throw new NotSupportedException($"Teach this test to make a {type}."),
    };

    private static object? ResultOf(object? answer) => answer is Task task && task.GetType() is { IsGenericType: true } type ? type.GetProperty("Result")!.GetValue(task) : answer is Task or ValueTask ? null : answer;

    private sealed class PlainLayer(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class PlainWriteLayer(IImageProvider inner) : WriteLayer(inner);

    private sealed class PlainInterceptor(IImageProvider inner) : InterceptingImageProvider(inner)
    {
        protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) => proceed(state, cancellationToken);
    }
}
