namespace ImageStorage.Providers;

/// <summary>
/// A write of an atomic commit (<see cref="IAtomicProvider"/>): <see cref="AtomicPut"/>, <see cref="AtomicUpdate"/>,
/// <see cref="AtomicDelete"/> or <see cref="AtomicDocument"/>.
/// </summary>
public abstract record AtomicWrite
{
    private protected AtomicWrite()
    {
    }
}
