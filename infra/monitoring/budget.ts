import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import { settingsOf } from '../config/settings-of.ts';

/** Sends an e-mail when the account is expected to spend more in a month than the settings say, if they do. */
export function spendingBudget(scope: Construct): void {
  const { budget } = settingsOf(scope);
  if (!budget) return;
  new CfnBudget(scope, 'Budget', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: budget.usdPerMonth, unit: 'USD' },
    },
    notificationsWithSubscribers: [
      {
        notification: { notificationType: 'FORECASTED', comparisonOperator: 'GREATER_THAN', threshold: 100 },
        subscribers: [{ subscriptionType: 'EMAIL', address: budget.email }],
      },
    ],
  });
}
