namespace ImageStorage.Transactions.Tests.Running;

/// <summary>The process has ended: all its later calls fail.</summary>
internal sealed class ProcessEndedException : Exception;
