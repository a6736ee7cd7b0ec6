namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>Simulates the end of the process. No code handles this exception.</summary>
public sealed class ProcessEndedException : Exception;
