namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>Stands for the end of the process: nothing in it handles that.</summary>
public sealed class ProcessEndedException : Exception;
