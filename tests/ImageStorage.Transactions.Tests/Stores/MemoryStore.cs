using ImageStorage.InMemory;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>Memory that stays while processes come and go.</summary>
public class MemoryStore : TestStore
{
    private InMemoryImageProvider? _provider;

    public override IImageProvider Open(TimeProvider clock) => new Shared(_provider ??= new InMemoryImageProvider(clock), IsAtomic);

    private protected virtual bool IsAtomic => true;

    /// <summary>Without the ability to commit at once it is like a folder.</summary>
    private sealed class Shared(IImageProvider inner, bool isAtomic) : DelegatingImageProvider(inner)
    {
        public override TAbility? GetAbility<TAbility>()
            where TAbility : class => !isAtomic && typeof(TAbility) == typeof(IAtomicProvider) ? null : base.GetAbility<TAbility>();
    }
}
