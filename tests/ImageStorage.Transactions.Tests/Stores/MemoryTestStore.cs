using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>Memory that outlives processes.</summary>
public class MemoryTestStore : TestStore
{
    private InMemoryImageProvider? _provider;

    public override IImageProvider Open(TimeProvider clock) => new Shared(_provider ??= new InMemoryImageProvider(clock), IsAtomic);

    private protected virtual bool IsAtomic => true;

    /// <summary>Hides the ability of atomic commits, so that memory works like a folder.</summary>
    private sealed class Shared(IImageProvider inner, bool isAtomic) : SharedProvider(inner)
    {
        public override TAbility? GetAbility<TAbility>()
            where TAbility : class => !isAtomic && typeof(TAbility) == typeof(IAtomicProvider) ? null : base.GetAbility<TAbility>();
    }
}
