namespace ImageStorage.Providers;

/// <summary>One write of a commit by <see cref="IAtomicProvider"/>: <see cref="AtomicPut"/>, <see cref="AtomicUpdate"/>, <see cref="AtomicDelete"/> or <see cref="AtomicDocument"/>.</summary>
public abstract record AtomicWrite
{
    private protected AtomicWrite()
    {
    }
}
